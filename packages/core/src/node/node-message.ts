/** What is read of Node's `IncomingMessage`, as Express, Fastify, Nest and Next's Pages Router hand it on. */
export interface NodeRequest {
  readonly method?: string | undefined;
  /** Path and query. */
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whether somebody has begun to read the body. */
  readonly readableDidRead: boolean;
  /** Of HTTP/2 only, where a body may come without any header that tells of it. */
  readonly stream?: { readonly endAfterHeaders?: boolean } | undefined;
  iterator(options: { destroyOnReturn: boolean }): AsyncIterable<Uint8Array>;
}

/** What is written to Node's `ServerResponse`. */
export interface NodeResponse extends NodeHeaders {
  statusCode: number;
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  /** Of HTTP/2 only. */
  readonly stream?: { readonly destroyed: boolean } | undefined;
  appendHeader(name: string, value: string): unknown;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: "drain", listener: () => void): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** Whether the connection is gone, so that its end is not told any more. Answers of HTTP/2 have no `destroyed` of their own. */
export function isClosed({ stream, destroyed }: Pick<NodeResponse, "stream" | "destroyed">): boolean {
  return stream?.destroyed ?? destroyed;
}

/** The headers of an answer that has not begun. */
export interface NodeHeaders {
  readonly headersSent: boolean;
  getHeader(name: string): number | string | readonly string[] | undefined;
  getHeaderNames(): readonly string[];
  setHeader(name: string, value: string): unknown;
  removeHeader(name: string): unknown;
}
