/**
 * Whether a request that changes something comes from a page of this very origin. Sec-Fetch-Site alone decides where a browser sends it, and no page can forge it;
 * elsewhere Origin must be ours. `same-site`, `Origin: null` and silence are foreign.
 *
 * @param origin The redirect URI's.
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function isSameOrigin(headers: Headers, origin: string): boolean {
  const site = headers.get("sec-fetch-site");
  return site === null ? headers.get("origin") === origin : site === "same-origin";
}
