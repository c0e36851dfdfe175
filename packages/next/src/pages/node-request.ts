import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** What of a Node request decides how an error is told. @param page Its path and query, as the public sees them. */
export function headOf(request: IncomingMessage, page: string): { readonly method: string; readonly url: string; readonly headers: Headers } {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === "string") headers.set(name, value);
  return { method: request.method ?? "GET", url: page, headers };
}

/** Sends an answer of core's on a Node response. */
export async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (name === "set-cookie") response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response).catch(() => {});
}

/** Keeps what was made knowing who asks from shared caches. */
export function keepPrivate(response: ServerResponse): void {
  response.setHeader("Cache-Control", "private, no-store");
  response.appendHeader("Vary", "Cookie");
}
