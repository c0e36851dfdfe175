import type { Request } from "express";
import { ReadableStream } from "node:stream/web";

/** What a body is made of, and how long it is where that is known before it is sent. */
export interface RequestBody {
  readonly content: ReadableStream | Uint8Array | string;
  readonly length: string | undefined;
}

/**
 * The body for core; `null` = there is none. As a stream that takes nothing out of the request before core reads it, so that the other routes leave it to whoever
 * comes next; where a body parser was faster, what it made of the body is written down again.
 */
export function bodyOf(request: Request): RequestBody | null {
  const { method, headers, readableDidRead } = request;
  const { "content-length": length, "transfer-encoding": coding } = headers;
  if (method === "GET" || method === "HEAD" || method === "TRACE" || (coding === undefined && (length ?? "0") === "0")) return null;
  // Ending the iteration must not end the connection: the answer still has to leave by it.
  if (!readableDidRead) return { content: ReadableStream.from(request.iterator({ destroyOnReturn: false })), length };
  const content = rewritten(request.body, headers["content-type"] ?? "");
  return content === null ? { content: unreadable(), length: undefined } : { content, length: String(Buffer.byteLength(content)) };
}

function rewritten(parsed: unknown, type: string): Uint8Array | string | null {
  if (parsed instanceof Uint8Array) return parsed;
  if (/^[^;]*[/+]json\s*(?:;|$)/i.test(type)) return JSON.stringify(parsed) ?? null;
  if (typeof parsed === "string") return parsed;
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type) && typeof parsed === "object" && parsed !== null;
  return isForm ? form(Object.entries(parsed)) : null;
}

/** `null` where a value is neither text nor a list of texts: how such a name was written is not known any more. */
function form(fields: readonly (readonly [name: string, value: unknown])[]): string | null {
  const pairs = fields.flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one: unknown) => [name, one] as const));
  return pairs.every((pair): pair is [string, string] => typeof pair[1] === "string") ? new URLSearchParams(pairs).toString() : null;
}

/** Something has read the body and kept nothing that it could be made of: better no call than one without its body. */
function unreadable(): ReadableStream {
  return new ReadableStream({ pull: (controller) => controller.error(new TypeError("The body was read before spotifyAuth() and cannot be sent on.")) });
}
