import { isSameOrigin } from "./same-origin.js";

/**
 * Whether a script of this very origin asks. It says so with a header, `X-Refrain: 1`, which no link, form, image or frame can send, and no foreign script without a
 * CORS preflight, which is never granted. Only its presence counts. Also a GET must say where it comes from: browsers send no Origin with one, but Sec-Fetch-Site.
 *
 * @param origin The redirect URI's.
 */
export function isOwnScript(headers: Headers, origin: string): boolean {
  return headers.has("x-refrain") && headers.get("sec-fetch-mode") !== "navigate" && isSameOrigin(headers, origin);
}

/** The head of a script's request, whatever it accepts: its errors are never a page or a redirect. */
export function asScript({ method, url }: Request): { readonly method: string; readonly url: string; readonly headers: Headers } {
  return { method, url, headers: new Headers({ "sec-fetch-mode": "cors" }) };
}
