import type { SpotifyClient, SpotifySession } from "../client/spotify-client.js";
import type { Emitter } from "../events.js";
import type { Authenticated, Engine, WaitUntil } from "../grants/engine.js";
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
  /** Erases a grant. @see {@link disconnectGrant} */
  readonly disconnect: (key: string, waitUntil?: WaitUntil) => Promise<void>;
  /** The client of the grant under a key. */
  readonly clientOf: (key: string) => SpotifyClient;
  readonly sessionOf: (authenticated: Authenticated, waitUntil?: WaitUntil) => SpotifySession;
  /** Work that goes on after the answer is handed to it. */
  readonly waitUntil?: WaitUntil | undefined;
}

/** The same, and what routes have of their own. */
export interface SignInContext extends RouteContext {
  readonly transactions: Transactions;
  readonly identify: Identify;
  /** The store key of the user whom the app itself has signed in; `null` = nobody. `undefined` = Spotify is the login. */
  readonly subjectKey: string | null | undefined;
  /** The app's own id of that user; `null` = nobody, or Spotify is the login. */
  readonly subject: string | null;
  readonly api: ApiRoute;
}

/** The session that the browser has now. @throws {@link TemporarilyUnavailable} when the store cannot say. */
export async function presentSession({ settings, engine, subjectKey }: SignInContext, request: Request): Promise<Authenticated | null> {
  if (subjectKey !== undefined) return subjectKey === null ? null : engine.linked(subjectKey);
  const value = readCookie(request.headers.get("cookie"), settings.cookieName);
  return value === null ? null : engine.authenticate(value);
}

/** A Set-Cookie header for the session; without a value, the one that deletes it. */
export function sessionCookie({ cookieName: name, redirectUri, timings }: Settings, value = ""): string {
  return setCookie({ name, value, maxAgeMs: value === "" ? 0 : timings.session.absoluteMs, secure: redirectUri.protocol === "https:" });
}
