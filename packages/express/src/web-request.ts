import type { Request } from "express";

/** The parts of a request by which core decides how an error answers. */
export interface Head {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
}

/** A request as core reads it: method, path, query and headers. The body stays where it is, so whether a body parser ran does not matter. */
export function toWebRequest(request: Request): globalThis.Request {
  // Fetch knows no TRACE. OPTIONS is as foreign to our routes.
  return new Request(urlOf(request), { method: request.method === "TRACE" ? "OPTIONS" : request.method, headers: headersOf(request) });
}

export function headOf(request: Request): Head {
  return { method: request.method, url: urlOf(request), headers: headersOf(request) };
}

/** The path as it came, before any router took its mount point off. */
export function pathOf({ originalUrl }: Request): string {
  const end = originalUrl.indexOf("?");
  return end < 0 ? originalUrl : originalUrl.slice(0, end);
}

/** The host is a stand-in: core takes its origin from the redirect URI, so neither Host nor a forwarded header has a say. */
function urlOf({ originalUrl }: Request): string {
  return new URL(`http://127.0.0.1${originalUrl.startsWith("/") ? originalUrl : "/"}`).href;
}

function headersOf(request: Request): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === "string" && !name.startsWith(":")) headers.set(name, value);
  return headers;
}
