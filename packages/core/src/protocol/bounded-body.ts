/**
 * The whole body as text, or `null` when it is longer than `limitBytes`, counted after decompression. What is beyond the limit is never read.
 *
 * Rejects when the connection breaks or the text is not UTF-8.
 */
export async function readBoundedText(body: ReadableStream<Uint8Array> | null, limitBytes: number): Promise<string | null> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.byteLength;
      if (length > limitBytes) return null;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    // Nothing is left of a body that was read to its end; whatever else ended the reading, the rest must not hold the connection.
    discard(reader);
  }
}

/** Gives up a body without waiting for its end, so that its connection is freed. */
export function discard(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => undefined);
}
