import type { WaitUntil } from "../grants/engine.js";
import { SpotifyAuthError } from "../errors/spotify-auth-error.js";
import type { ApiRoute } from "./api-route.js";
import { loadOnce } from "../load-once.js";
import { callback } from "./callback.js";
import type { RouteContext, SignInContext } from "./context.js";
import { disconnect } from "./disconnect.js";
import type { Situation } from "./error-pages.js";
import { createIdentify } from "./identify.js";
import { pageUrl } from "./links.js";
import { login } from "./login.js";
import { logout } from "./logout.js";
import { wantsPage } from "./navigation.js";
import { asScript, isOwnScript } from "./own-script.js";
import { pageResponse } from "./page.js";
import type { Found, Paths, Route } from "./paths.js";
import { problem, toProblem } from "./problem.js";
import { isSameOrigin } from "./same-origin.js";
import { session } from "./session-route.js";
import { token } from "./token-route.js";
import { createTransactions } from "./transactions.js";

/** Our routes, as one function from request to response. */
export interface Routes {
  /** The answer; `null` when the path is not ours. */
  handle(request: Request, call?: RouteCall): Promise<Response | null>;
}

/** What is known of a request beside the request. */
export interface RouteCall {
  readonly mountedAt?: string | undefined;
  /** As it came, before a `Request` resolved its dot segments. */
  readonly path?: string | undefined;
  /** The store key of the user whom the app itself has signed in; `null` = nobody. `undefined` = Spotify is the login. */
  readonly subjectKey?: string | null | undefined;
  readonly subject?: string | null | undefined;
  readonly waitUntil?: WaitUntil | undefined;
}

interface Handler {
  readonly method: "GET" | "POST" | "any";
  readonly situation: Situation;
  /** Whether only scripts of this origin may ask. */
  readonly forScripts?: true;
  readonly run: (context: SignInContext, request: Request, query: URLSearchParams, rest: string) => Promise<Response>;
}

const handlers: Readonly<Record<Route, Handler>> = {
  login: { method: "GET", situation: "signingIn", run: login },
  callback: { method: "GET", situation: "signingIn", run: callback },
  logout: { method: "POST", situation: "signingOut", run: logout },
  disconnect: { method: "POST", situation: "signingOut", run: disconnect },
  session: { method: "GET", situation: "visiting", run: session },
  token: { method: "GET", situation: "visiting", forScripts: true, run: token },
  api: { method: "any", situation: "visiting", forScripts: true, run: (context, request, _query, rest) => context.api(context, request, rest) },
};

export function createRoutes(context: RouteContext, paths: Paths): Routes {
  const { settings, emitter } = context;
  const shared = { ...context, transactions: createTransactions(context), identify: createIdentify(settings), api: whenCalled(context) };

  async function answer(
    { route, rest }: Found,
    request: Request,
    query: URLSearchParams,
    { subjectKey, subject = null, waitUntil }: RouteCall,
  ): Promise<Response> {
    // The app's own sign-out ends the app's own session.
    if (route === "logout" && subjectKey !== undefined) return problem(404, "not_found", "There is no such route.");
    const { method, situation, forScripts = false, run } = handlers[route];
    if (forScripts && !isOwnScript(request.headers, settings.redirectUri.origin)) {
      emitter.emit("forgeryBlocked", { route });
      return problem(403, "foreign_origin", "This route answers scripts of this app only: same-origin, with the header X-Refrain: 1.");
    }
    if (method !== "any" && request.method !== method) return problem(405, "method_not_allowed", `This route answers ${method} only.`, {}, { allow: method });
    if (method === "POST" && !isSameOrigin(request.headers, settings.redirectUri.origin)) {
      emitter.emit("forgeryBlocked", { route });
      return foreign(request);
    }
    try {
      return await run({ ...shared, subjectKey, subject, waitUntil }, request, query, rest);
    } catch (error) {
      if (!(error instanceof SpotifyAuthError)) throw error;
      if (situation === "signingIn") emitter.emit("loginFailed", { reason: "unavailable" });
      return await toProblem(context, error, forScripts ? asScript(request) : request, situation);
    }
  }

  async function foreign(request: Request): Promise<Response> {
    if (!wantsPage(request.headers)) return problem(403, "foreign_origin", "This route answers pages of this app only.");
    return pageResponse(context, {
      status: 403,
      failure: { code: "foreign_origin", message: "A request that changes something came from a foreign page and was refused." },
      title: "This did not come from the app",
      means: "Nothing was changed.",
      advice: "Another page asked for it, or the browser hides where it came from. Open the app and do it there.",
      action: { label: "Open the app", href: pageUrl(settings, settings.returnTo) },
    });
  }

  return {
    async handle(request, call = {}) {
      const { pathname, searchParams } = new URL(request.url);
      const { mountedAt = "", path = pathname } = call;
      const found = paths.find(path) ?? paths.find(`${mountedAt}${path}`);
      if (found === null) return null;
      return found === "unknown" ? problem(404, "not_found", "There is no such route.") : answer(found, request, searchParams, call);
    },
  };
}

/** The proxy and its rate limiter are loaded with the first call. */
function whenCalled(context: RouteContext): ApiRoute {
  const load = loadOnce(async () => {
    const { createApiRoute } = await import("./api-route.js");
    return createApiRoute(context);
  });
  return async (...call) => (await load())(...call);
}
