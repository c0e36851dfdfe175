import type { Emitter } from "../events.js";
import type { Authenticated, Engine } from "../grants/engine.js";
import type { TokenEndpoint } from "../protocol/token-endpoint.js";
import type { Sealer } from "../seal/sealer.js";
import type { Settings } from "../settings/settings.js";
import type { ApiRoute } from "./api-route.js";
import { readCookie, setCookie } from "./cookies.js";
import type { Identify } from "./identify.js";
import type { Transactions } from "./transactions.js";

/** What every route works with. */
export interface RouteContext {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly sealer: Sealer;
  readonly tokenEndpoint: TokenEndpoint;
  readonly emitter: Emitter;
}

/** The same, and what routes have of their own. */
export interface SignInContext extends RouteContext {
  readonly transactions: Transactions;
  readonly identify: Identify;
  readonly api: ApiRoute;
}

/** The session that the browser has now. @throws {@link TemporarilyUnavailable} when the store cannot say. */
export async function presentSession({ settings, engine }: RouteContext, request: Request): Promise<Authenticated | null> {
  const value = readCookie(request.headers.get("cookie"), settings.cookieName);
  return value === null ? null : engine.authenticate(value);
}

/** A Set-Cookie header for the session; without a value, the one that deletes it. */
export function sessionCookie({ cookieName: name, redirectUri, timings }: Settings, value = ""): string {
  return setCookie({ name, value, maxAgeMs: value === "" ? 0 : timings.session.absoluteMs, secure: redirectUri.protocol === "https:" });
}
