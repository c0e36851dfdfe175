import type { NodeHeaders } from "./node-message.js";

const alreadyPrivate = /(?:^|,)\s*(?:private|no-store)\s*(?:,|$)/i;

/** What caches go by in place of Cache-Control: RFC 9213, with the names that came before it. */
const forSharedCaches = /^(?:(?:.+-)?cdn-cache-control|surrogate-control|x-accel-expires)$/i;

/**
 * An answer that was made knowing who asks is for this browser only. What never looks, such as a file that everybody may see, stays cacheable. What the app itself
 * keeps from shared caches stays as it is, and so does whatever it says afterwards.
 *
 * @param known Whether somebody is signed in: to nobody, every answer is the same.
 */
export function keepPrivate(response: NodeHeaders, known: boolean): void {
  if (response.headersSent) return;
  vary(response, "Cookie");
  if (!known) return;
  hideFromSharedCaches(response);
  const caching = response.getHeader("Cache-Control");
  if (caching === undefined || !alreadyPrivate.test(String(caching))) response.setHeader("Cache-Control", "private, no-store");
}

/** Takes back what the app has said to shared caches only. */
export function hideFromSharedCaches(response: NodeHeaders): void {
  for (const name of response.getHeaderNames()) if (forSharedCaches.test(name)) response.removeHeader(name);
}

/** Adds a field name to `Vary`, unless it is there. */
export function vary(response: NodeHeaders, name: string): void {
  const now = response.getHeader("Vary");
  if (now === undefined) return void response.setHeader("Vary", name);
  const names = String(now)
    .split(",")
    .map((one) => one.trim());
  if (names.some((one) => one === "*" || one.toLowerCase() === name.toLowerCase())) return;
  response.setHeader("Vary", [...names, name].join(", "));
}
