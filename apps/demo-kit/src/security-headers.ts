/**
 * What a page may load, and where its forms may lead. To Spotify too, because the redirects of a form may end in a sign-in and browsers hold the whole chain against
 * `form-action`.
 *
 * @param spotify The origin of Spotify's sign-in page.
 */
export function contentSecurityPolicy(spotify: string): string {
  return `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self' ${spotify}; base-uri 'none'; frame-ancestors 'none'`;
}

/**
 * Headers for every answer. The referrer stays within the site: with none at all, browsers would send `Origin: null` with our own forms.
 *
 * @param origin The app's own. HSTS only where it is https.
 * @param spotify The origin of Spotify's sign-in page.
 */
export function securityHeaders(origin: string, spotify: string): Readonly<Record<string, string>> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(spotify),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    ...(origin.startsWith("https:") ? { "Strict-Transport-Security": "max-age=31536000" } : {}),
  };
}
