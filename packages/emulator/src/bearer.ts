import type { ReceivedRequest } from "./reply.js";

/** What an API request brings as its credential. */
export type Bearer = { readonly kind: "token"; readonly token: string } | { readonly kind: "none" } | { readonly kind: "malformed" };

/** Reads the `Authorization` header. `Bearer undefined`, an empty token and other schemes are malformed; a token in the query counts for nothing. */
export function bearerOf(request: ReceivedRequest): Bearer {
  const { authorization } = request.headers;
  if (authorization === undefined) return { kind: "none" };
  const token = /^Bearer ([A-Za-z0-9_-]{20,})$/i.exec(authorization)?.[1];
  return token === undefined ? { kind: "malformed" } : { kind: "token", token };
}
