import type { NextRequest } from "next/server.js";

/** The path and query as the public sees them: with the app's base path and the locale, without a trailing slash. */
export function publicPath({ nextUrl }: NextRequest): string {
  return `${plainPath(new URL(nextUrl.href).pathname)}${nextUrl.search}`;
}

/** `trailingSlash: true` puts a slash behind every path; none of ours has one. */
export function plainPath(pathname: string): string {
  return pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
}

/** What of a request decides how an error is told. */
export function headOf(request: NextRequest): { readonly method: string; readonly url: string; readonly headers: Headers } {
  return { method: request.method, url: publicPath(request), headers: request.headers };
}
