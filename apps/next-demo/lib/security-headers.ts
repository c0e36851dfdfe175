/**
 * The policy for pages. Next writes its data into the page as inline scripts, which a nonce per request lets through; nothing else inline runs, no style, no handler.
 * A form may lead to Spotify, because its redirects may end in a sign-in and browsers hold the whole chain against `form-action`.
 *
 * @param spotify The origin of Spotify's sign-in page.
 */
export function contentSecurityPolicy(nonce: string, spotify: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `form-action 'self' ${spotify}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
