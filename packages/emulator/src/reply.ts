import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./answer.js";
import type { Issued } from "./grants.js";

/** A request that was read to its end. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer and what the log says about it. */
export interface Reply {
  readonly answer: Answer;
  /** A short machine-readable code, such as `rotated` or `invalid_grant:revoked`. */
  readonly what: string;
  /** A sentence for a reader. */
  readonly why: string;
  readonly issued?: Issued;
}

/** Parameters of a query or a form of which none came twice (RFC 6749, 3.1 and 3.2); the name of the first that did, otherwise. */
export function singleParameters(source: URLSearchParams): { readonly parameters: ReadonlyMap<string, string> } | { readonly repeated: string } {
  const parameters = new Map<string, string>();
  for (const [name, value] of source) {
    if (parameters.has(name)) return { repeated: name };
    parameters.set(name, value);
  }
  return { parameters };
}
