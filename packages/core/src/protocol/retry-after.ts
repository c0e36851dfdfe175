/**
 * How long the server asked to wait, in milliseconds, uncapped; `null` when it asked for nothing that can be understood.
 *
 * A date is measured against the answer's own `Date` header where there is one, so that this machine's clock does not matter.
 *
 * @param now Unix milliseconds, for an answer without a `Date` header.
 * @see RFC 9110 section 10.2.3
 */
export function retryAfterMs(headers: Headers, now: () => number): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : httpDate(value) - (httpDate(headers.get("date")) || now());
  return Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : null;
}

// Date.parse alone would read "-5" as a day in 2001.
function httpDate(value: string | null): number {
  return value !== null && /^[A-Z][a-z]{2,8}, .{9,30} GMT$/.test(value) ? Date.parse(value) : Number.NaN;
}
