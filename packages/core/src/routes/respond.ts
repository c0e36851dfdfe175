/** An answer of ours. Whatever it says is for one browser only, is never kept, never framed, and names no page it came from. */
export function respond(
  status: number,
  body: string | ReadableStream<Uint8Array> | null,
  headers: Readonly<Record<string, string>>,
  cookies: readonly string[] = [],
): Response {
  const all = new Headers({
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    vary: "Cookie",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  for (const cookie of cookies) all.append("set-cookie", cookie);
  return new Response(body, { status, headers: all });
}

/** Sends the browser on by GET, whatever brought it here. @see RFC 9700 section 4.12 on 303 */
export function redirect(location: string, cookies: readonly string[] = []): Response {
  return respond(303, null, { location }, cookies);
}
