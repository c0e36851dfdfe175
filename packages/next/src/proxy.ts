import { type NextFetchEvent, type NextRequest, NextResponse } from "next/server.js";
import { afterResponse } from "./after-response.js";
import { pageHeader } from "./page-header.js";
import { headOf, publicPath } from "./request-head.js";
import type { Runtime } from "./runtime.js";

/** What goes on after the proxy: another one, handed the headers that pages are to see. */
export type ContinueProxy = (headers: Headers) => Response | Promise<Response>;

/** Next's proxy, see {@link createSpotify}. Its second argument may be a function that goes on; Next itself hands over an event, which is not looked at. */
export type SpotifyProxy = (request: NextRequest, goOn?: ContinueProxy | NextFetchEvent) => Promise<Response>;

export function createProxy(open: () => Runtime): SpotifyProxy {
  return async (request, goOn) => {
    const { auth, requireSession, renewConsent, toProblem } = open();
    const head = headOf(request);
    if (request.method === "GET" && !auth.owns(head.url.split("?", 1)[0] ?? "")) {
      try {
        const subject = await auth.subjectOf(undefined);
        const found = await auth.session({ cookie: request.headers.get("cookie"), subject, waitUntil: afterResponse });
        const session = await requireSession(auth, found);
        const renewal = await renewConsent(auth, session, () => head);
        if (renewal !== null) return renewal;
      } catch (error) {
        const answer = await toProblem(auth, error, head);
        // Only a page navigation is sent away or told of an outage, which a page of Next's could not answer with 503; every page, action and route refuses by itself.
        const isPage = answer?.headers.get("content-type")?.startsWith("text/html") === true;
        if (answer !== null && (answer.headers.has("location") || (answer.status === 503 && isPage))) return answer;
      }
    }
    const headers = new Headers(request.headers);
    headers.set(pageHeader, publicPath(request));
    return typeof goOn === "function" ? goOn(headers) : NextResponse.next({ request: { headers } });
  };
}
