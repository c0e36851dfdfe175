import { checkedNeed, type SessionNeed, type SpotifySession } from "@refrain/core";
import type { NextRequest } from "next/server.js";
import { afterResponse } from "./after-response.js";
import { keepPrivate } from "./keep-private.js";
import { headOf } from "./request-head.js";
import type { Runtime } from "./runtime.js";

/** What Next hands a route handler beside the request; `RouteContext<"/api/top/[id]">` for a route of its own. */
export interface AnyRouteContext {
  readonly params: Promise<Record<string, string | string[] | undefined>>;
}

/** A route handler for those who are signed in. */
export type SpotifyRouteHandler<Context = AnyRouteContext> = (
  request: NextRequest,
  context: Context & { readonly spotify: SpotifySession },
) => Response | Promise<Response>;

/** Wraps a route handler, see {@link createSpotify}. */
export type WithSpotify = <Context = AnyRouteContext>(
  handler: SpotifyRouteHandler<Context>,
  need?: SessionNeed,
) => (request: NextRequest, context: Context) => Promise<Response>;

export function createWithSpotify(open: () => Runtime): WithSpotify {
  return (handler, need = {}) => {
    checkedNeed(need, "withSpotify()");
    return async (request, context) => {
      // First of all: with `cacheComponents` Next calls handlers at build time, and stops here.
      const cookie = request.headers.get("cookie");
      const { auth, requireSession, renewConsent, toProblem } = open();
      try {
        const subject = await auth.subjectOf(undefined);
        const found = await auth.session({ cookie, subject, waitUntil: afterResponse });
        const spotify = await requireSession(auth, found, need);
        const renewal = await renewConsent(auth, spotify, () => headOf(request));
        return renewal ?? keepPrivate(await handler(request, { ...context, spotify }));
      } catch (error) {
        // What is not ours, such as Next's own redirect(), goes on to Next.
        const answer = await toProblem(auth, error, headOf(request));
        if (answer === null) throw error;
        return answer;
      }
    };
  };
}
