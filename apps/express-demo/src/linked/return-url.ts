/** Where to go after signing in: a page of this origin, as an absolute URL, so that no browser reads another host into it. Whatever else is asked for, the first page. */
export function returnUrl(asked: unknown, origin: string): string {
  if (typeof asked === "string" && asked.startsWith("/") && URL.canParse(asked, origin)) {
    const url = new URL(asked, origin);
    if (url.origin === new URL(origin).origin) return url.href;
  }
  return new URL("/", origin).href;
}
