import type { ReceivedRequest } from "./reply.js";

/** Whether the request was addressed to the literal address the emulator listens on. Any other name that leads here is DNS rebinding. */
export function isAddressedToUs(request: ReceivedRequest, origin: string): boolean {
  return `http://${request.headers.host}` === origin;
}

/**
 * Whether a request that changes something comes from one of the emulator's own pages, or from no browser at all.
 * Browsers cannot leave out both headers on such a request (Fetch, "Sec-Fetch-Site" and "Origin").
 */
export function comesFromOwnPages(request: ReceivedRequest, origin: string): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  return request.headers.origin === undefined || request.headers.origin === origin;
}
