import type { IncomingHttpHeaders } from "node:http";

/** What others are told. */
export const foreign = "Only this demo's own pages may ask for that.";

/** Whether a page of our own sent it: by Fetch Metadata, else by Origin. A request that says neither was not. */
export function isSameOrigin(headers: IncomingHttpHeaders, origin: string): boolean {
  const site = headers["sec-fetch-site"];
  return site === undefined ? headers.origin === origin : site === "same-origin";
}
