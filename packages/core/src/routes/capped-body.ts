/** A request's body that breaks off when it grows too long. */
export interface CappedBody {
  /** `null` = the request has none. */
  readonly stream: ReadableStream<Uint8Array> | null;
  /** Whether it was too long. Said in advance where the request names its length. */
  tooLong(): boolean;
}

/** Counts what passes and keeps none of it. */
export function cappedBody({ body, headers }: Request, limitBytes: number): CappedBody {
  let length = Number(headers.get("content-length") ?? 0);
  const tooLong = (): boolean => length > limitBytes;
  if (body === null) return { stream: null, tooLong };
  let counted = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      counted += chunk.byteLength;
      length = Math.max(length, counted);
      if (tooLong()) controller.error(new RangeError("The body is too long."));
      else controller.enqueue(chunk);
    },
  });
  return { stream: body.pipeThrough(counter), tooLong };
}
