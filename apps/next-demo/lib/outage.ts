import { failurePage } from "demo-kit/failure-page";
import { outage } from "demo-kit/failure-words";
import { html } from "demo-kit/html";
import { spotifyError } from "demo-kit/spotify-error";
import type { NextRequest } from "next/server";
import { randomBytes } from "node:crypto";
import { emulator, spotify } from "./spotify";

/**
 * The page that stands in for all others while Spotify or the store is down, with its status and `Retry-After`; `null` = neither is. A page of Next's cannot choose its
 * status, and its error boundary shows nothing where there is no JavaScript, so this is asked before.
 */
export async function outagePage(request: NextRequest): Promise<Response | null> {
  try {
    const session = await spotify.auth().session({ cookie: request.headers.get("cookie") });
    await session?.token();
    return null;
  } catch (thrown) {
    const error = spotifyError(thrown);
    // Whoever must sign in again is sent there by the page.
    if (error === null || error.code !== "temporarily_unavailable") return null;
    const reference = randomBytes(4).toString("hex");
    console.error(`${reference} ${error.code}`);
    const words = outage(error);
    const button = html`<a class="button primary" href="${request.nextUrl.pathname}${request.nextUrl.search}">Try again</a>`;
    return new Response(failurePage({ ...words, button, reference, emulated: emulator !== null }), {
      status: 503,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "private, no-store",
        vary: "Cookie",
        "retry-after": String(Math.ceil((error.retryAfterMs ?? 1000) / 1000)),
      },
    });
  }
}
