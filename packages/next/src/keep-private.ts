/** An answer that was made knowing who asks is for this browser only, whatever stands between. What the handler itself keeps from shared caches stays as it is. */
export function keepPrivate(answer: Response): Response {
  // Some answers, such as redirects, cannot be changed.
  const headers = new Headers(answer.headers);
  if (!/(?:^|,)\s*(?:private|no-store)\s*(?:,|$)/i.test(headers.get("cache-control") ?? "")) headers.set("cache-control", "private, no-store");
  if (!/(?:^|,)\s*(?:cookie|\*)\s*(?:,|$)/i.test(headers.get("vary") ?? "")) headers.append("vary", "Cookie");
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}
