import type { NodeRequest } from "./node-message.js";

/** What a body is made of, and how long it is where that is known before it is sent. */
export interface RequestBody {
  readonly content: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string;
  readonly length: string | undefined;
}

/**
 * The body for core; `null` = there is none. As a stream that takes nothing out of the request before core reads it, so that the other routes leave it to whoever
 * comes next; where a body parser was faster, what it made of the body is written down again.
 */
export function bodyOf(request: NodeRequest, parsed: unknown): RequestBody | null {
  const { method, headers, readableDidRead } = request;
  const { "content-length": length, "content-type": type } = headers;
  if (method === "GET" || method === "HEAD" || method === "TRACE" || !hasBody(request)) return null;
  // Ending the iteration must not end the connection: the answer still has to leave by it.
  if (!readableDidRead) return { content: streamed(request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]()), length: text(length) };
  const content = rewritten(parsed, text(type) ?? "");
  if (content === null) return { content: unreadable(), length: undefined };
  return { content, length: String(typeof content === "string" ? new TextEncoder().encode(content).byteLength : content.byteLength) };
}

function hasBody({ headers, stream }: NodeRequest): boolean {
  const { "content-length": length, "transfer-encoding": coding } = headers;
  if (coding !== undefined) return true;
  return length === undefined ? stream?.endAfterHeaders === false : length !== "0";
}

/** Reads nothing ahead. */
function streamed(chunks: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return?.()),
    },
    { highWaterMark: 0 },
  );
}

function text(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}

function rewritten(parsed: unknown, type: string): Uint8Array<ArrayBuffer> | string | null {
  if (parsed instanceof Uint8Array) return parsed as Uint8Array<ArrayBuffer>;
  const isJson = /^[^;]*[/+]json\s*(?:;|$)/i.test(type);
  // A text of the type JSON is what a text parser read, or what a JSON parser made of a quoted one: only the first can be parsed.
  if (typeof parsed === "string" && (!isJson || isParsable(parsed))) return parsed;
  if (isJson) return JSON.stringify(parsed) ?? null;
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type) && typeof parsed === "object" && parsed !== null;
  return isForm ? form(Object.entries(parsed)) : null;
}

function isParsable(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** `null` where a value is neither text nor a list of texts: how such a name was written is not known any more. */
function form(fields: readonly (readonly [name: string, value: unknown])[]): string | null {
  const pairs = fields.flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one: unknown) => [name, one] as const));
  return pairs.every((pair): pair is [string, string] => typeof pair[1] === "string") ? new URLSearchParams(pairs.map(([...pair]) => pair)).toString() : null;
}

/** Something has read the body and kept nothing that it could be made of: better no call than one without its body. */
function unreadable(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.error(new TypeError("The body was read before the sign-in routes and cannot be sent on.")) });
}
