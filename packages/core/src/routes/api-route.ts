import { RequestRefused } from "../errors/request-refused.js";
import type { SpotifyAuthEvents } from "../events.js";
import { reference } from "../grants/records.js";
import { discard } from "../protocol/bounded-body.js";
import { headersToBrowser, headersToSpotify } from "./api-headers.js";
import { findTarget, readTemplate } from "./api-target.js";
import { cappedBody } from "./capped-body.js";
import type { RouteContext, SignInContext } from "./context.js";
import { retryAfter } from "./page.js";
import { problem } from "./problem.js";
import { respond } from "./respond.js";
import { createSessionRate } from "./session-rate.js";
import { signedIn } from "./signed-in.js";

/** Calls the Web API for a script of the page. @param path What follows `api/`, as it came. */
export type ApiRoute = (context: SignInContext, request: Request, path: string) => Promise<Response>;

const limitBytes = 1_048_576;

/**
 * The Web API for scripts that never see a token: what the allow-list names, as the session's user. Bodies stream both ways, and when the browser leaves, the call ends.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-browser-based-apps section 6.1
 */
export function createApiRoute({ settings, emitter }: RouteContext): ApiRoute {
  const { allow, perMinute } = settings.api;
  const templates = allow.map(readTemplate);
  const waitMsOf = createSessionRate(perMinute);

  return async (context, request, path) => {
    const { method, headers, signal, url } = request;
    const target = findTarget(templates, method, path);
    if (target === null) return denied({ reason: "unlisted", allowedBy: null, grant: null });
    const { allowedBy } = target;
    // A WebSocket or another protocol is nothing that could be forwarded.
    if (headers.has("upgrade")) return denied({ reason: "upgrade", allowedBy, grant: null });

    const { present, client } = await signedIn(context, request);
    const grant = reference(present.key);
    const waitMs = waitMsOf(present.sessionId ?? present.key);
    if (waitMs > 0) return denied({ reason: "tooOften", allowedBy, grant }, waitMs);
    const body = cappedBody(request, limitBytes);
    if (body.tooLong()) return denied({ reason: "tooLong", allowedBy, grant });

    const streamed = body.stream === null ? {} : ({ body: body.stream, duplex: "half" } as const);
    const call = { method, headers: headersToSpotify(headers, body.stream !== null), signal, ...streamed };
    try {
      return passedOn(await client.fetch(`${target.path}${new URL(url).search}`, call));
    } catch (error) {
      if (body.tooLong()) return denied({ reason: "tooLong", allowedBy, grant });
      // Nobody reads this.
      if (signal.aborted) return respond(499, null, {});
      throw error;
    }
  };

  function denied(detail: SpotifyAuthEvents["proxyDenied"], waitMs?: number): Response {
    emitter.emit("proxyDenied", detail);
    const [status, code, sentence] = answers[detail.reason];
    return problem(status, code, sentence, { retryAfterMs: waitMs }, retryAfter(waitMs));
  }
}

const notFound = [404, "not_found", "There is no such route."] as const;
const answers = {
  unlisted: notFound,
  upgrade: notFound,
  tooOften: [429, "rate_limited", "This session calls too often. Try again after the time in retryAfterMs."],
  tooLong: [413, "too_long", "A body may have 1 MiB at most."],
} as const satisfies Record<SpotifyAuthEvents["proxyDenied"]["reason"], readonly [status: number, code: string, sentence: string]>;

/** @throws {@link RequestRefused} for what would mislead the browser: a redirect, and a 401 that no sign-in mends. */
function passedOn(response: Response): Response {
  const { status, body, headers } = response;
  const meantForScripts = response.ok || status === 304 || (status >= 400 && status <= 599 && status !== 401);
  if (meantForScripts) return respond(status, body, headersToBrowser(headers));
  discard(body);
  throw new RequestRefused(status);
}
