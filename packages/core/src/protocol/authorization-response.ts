import { validateAuthResponse } from "oauth4webapi";
import { authorizationServer } from "./authorization-server.js";
import { sameText } from "./same-text.js";

/** What a request to the callback turned out to be. */
export type Callback =
  /** An answer to our own request. `parameters` are what {@link TokenEndpoint.exchange} takes; they hold the code. */
  | { readonly kind: "code"; readonly parameters: URLSearchParams }
  /** The user said no. */
  | { readonly kind: "denied" }
  /** Spotify said no. `error` is a code of RFC 6749 section 4.1.2.1, or `unknown_error`. */
  | { readonly kind: "refused"; readonly error: string }
  /** Not an answer to our request, or not a well-formed one: nothing in it may be used. */
  | { readonly kind: "invalid"; readonly problem: CallbackProblem };

/** `duplicate` and `malformed` are about the form; `state` and `issuer` belong to another request or another server. */
export type CallbackProblem = "duplicate" | "malformed" | "state" | "issuer";

/**
 * Reads the query of a callback. Errors need a valid `state` too, and the text of a description never gets out.
 *
 * An absent `iss` is fine, since Spotify does not announce it; one that is present must be the issuer exactly (RFC 9207 section 2.4).
 *
 * @see RFC 6749 sections 3.1, 4.1.2, 10.12
 */
export function readCallback(parameters: URLSearchParams, expected: { readonly state: string; readonly issuer: string; readonly clientId: string }): Callback {
  if (NAMES.some((name) => parameters.getAll(name).length > 1)) return invalid("duplicate");
  if (NAMES.some((name) => !isPlain(parameters.get(name) ?? "", LONGEST[name]))) return invalid("malformed");
  const code = parameters.get("code");
  const state = parameters.get("state");
  const iss = parameters.get("iss");
  const error = parameters.get("error");
  if (state === null || state === "" || !sameText(state, expected.state)) return invalid("state");
  if (iss !== null && iss !== expected.issuer) return invalid("issuer");
  if (error !== null && code === null)
    return error === "access_denied" ? { kind: "denied" } : { kind: "refused", error: REFUSALS.has(error) ? error : "unknown_error" };
  if (error !== null || code === null || code === "") return invalid("malformed");
  try {
    // Only what was checked goes on: unrecognised parameters are ignored (RFC 6749 section 4.1.2).
    const checked = new URLSearchParams({ code, state, ...(iss !== null && { iss }) });
    return { kind: "code", parameters: validateAuthResponse(authorizationServer(expected.issuer), { client_id: expected.clientId }, checked, expected.state) };
  } catch {
    return invalid("malformed");
  }
}

// Our states have 43 characters, Spotify's codes a few hundred.
const LONGEST = { code: 4096, state: 512, iss: 512, error: 512 } as const;
const NAMES = ["code", "state", "iss", "error"] as const;

const REFUSALS: ReadonlySet<string> = new Set([
  "invalid_request",
  "unauthorized_client",
  "unsupported_response_type",
  "invalid_scope",
  "server_error",
  "temporarily_unavailable",
]);

function invalid(problem: CallbackProblem): Callback {
  return { kind: "invalid", problem };
}

function isPlain(value: string, longest: number): boolean {
  return value.length <= longest && !/[\0-\x1f\x7f]/.test(value);
}
