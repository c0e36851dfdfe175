import type { Request, Response } from "express";
import { bodyOf } from "./request-body.js";

/** The parts of a request by which core decides how an error answers. */
export interface Head {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
}

/** A request as core reads it. Its signal aborts when the browser leaves before the answer has. */
export function toWebRequest(request: Request, response: Response): globalThis.Request {
  // Fetch knows no TRACE, and CONNECT is none of its business. OPTIONS is as foreign to our routes.
  const method = request.method === "TRACE" || request.method === "CONNECT" ? "OPTIONS" : request.method;
  const headers = headersOf(request);
  const left = new AbortController();
  response.once("close", () => response.writableFinished || left.abort());
  const body = bodyOf(request);
  if (body === null) return new Request(urlOf(request), { method, headers, signal: left.signal });
  if (body.length !== undefined) headers.set("content-length", body.length);
  return new Request(urlOf(request), { method, headers, signal: left.signal, body: body.content, duplex: "half" });
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
