/** Whether a browser is about to show the answer as a page of its own: GET, and a top-level navigation, or without Fetch Metadata one that prefers text/html. */
export function isNavigation(method: string, headers: Headers): boolean {
  return method === "GET" && wantsPage(headers);
}

/** Whether a sign-in may begin here. Images, frames, scripts and whatever a browser loads ahead of a click may not: they would spend a cookie that nobody asked for. */
export function isLoginNavigation(method: string, headers: Headers): boolean {
  return isNavigation(method, headers) && !isPrefetch(headers);
}

/** Whether the answer is loaded in advance, for a navigation that may never come. @see https://www.w3.org/TR/resource-hints/, Nav. Speculation section 5 */
export function isPrefetch(headers: Headers): boolean {
  return headers.has("sec-purpose") || /prefetch|preview/i.test(headers.get("purpose") ?? "") || /prefetch/i.test(headers.get("x-moz") ?? "");
}

/** A service worker that passes a navigation on leaves out what it is for; of a frame's it does so too, and nobody can tell. */
const pageDestinations: readonly (string | null)[] = ["document", "empty"];

/** Whether a person sees the answer: also true for the POST of a form. */
export function wantsPage(headers: Headers): boolean {
  const mode = headers.get("sec-fetch-mode");
  const destination = headers.get("sec-fetch-dest");
  if (mode !== null || destination !== null) return mode === "navigate" && pageDestinations.includes(destination);
  return !headers.has("sec-fetch-site") && prefersHtml(headers.get("accept") ?? "");
}

/** The type with the highest weight, and of equal ones the first, is text/html. */
function prefersHtml(accept: string): boolean {
  let best = { type: "", weight: 0 };
  for (const part of accept.slice(0, 1024).split(",")) {
    const [type = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (weight > best.weight) best = { type, weight };
  }
  return best.type === "text/html";
}
