import type { RequestHead } from "../routes/problem.js";
import type { NodeRequest, NodeResponse } from "./node-message.js";
import { bodyOf } from "./request-body.js";

/** What a framework knows of a request beside Node. */
export interface FrameworkRequest {
  /** Path and query as they came, where the framework's router has rewritten the request's own. @defaultValue the request's `url` */
  readonly url?: string | undefined;
  /** What a body parser made of the body. */
  readonly body?: unknown;
}

/** Node's request as {@link SpotifyAuth.handle} reads it. Its signal aborts when the browser leaves before the answer has ended. */
export function toWebRequest(request: NodeRequest, response: NodeResponse, { url = request.url, body: parsed }: FrameworkRequest = {}): Request {
  // Fetch knows no TRACE, and CONNECT is none of its business. OPTIONS is as foreign to our routes.
  const method = request.method === "TRACE" || request.method === "CONNECT" ? "OPTIONS" : (request.method ?? "GET");
  const headers = headersOf(request);
  const left = new AbortController();
  // Not writableFinished: over HTTP/2 that is true as soon as the browser has left.
  response.once("close", () => response.writableEnded || left.abort());
  const init = { method, headers, signal: left.signal };
  const body = bodyOf(request, parsed);
  if (body === null) return new Request(absolute(url), init);
  if (body.length !== undefined) headers.set("content-length", body.length);
  const uploaded: RequestInit & { duplex: "half" } = { ...init, body: body.content, duplex: "half" };
  return new Request(absolute(url), uploaded);
}

/**
 * What of Node's request decides how an error is told.
 *
 * @param url Its path and query, where a router has rewritten the request's own.
 */
export function headOf(request: Pick<NodeRequest, "method" | "url" | "headers">, url: string | undefined = request.url): RequestHead {
  return { method: request.method ?? "GET", url: absolute(url), headers: headersOf(request) };
}

/** The path of a URL as it came, without its query, for {@link SpotifyAuth.owns}. */
export function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** The host is a stand-in: core takes its origin from the redirect URI, so neither Host nor a forwarded header has a say. */
function absolute(url = "/"): string {
  return new URL(`http://127.0.0.1${url.startsWith("/") ? url : "/"}`).href;
}

function headersOf(request: Pick<NodeRequest, "headers">): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === "string" && !name.startsWith(":")) headers.set(name, value);
  return headers;
}
