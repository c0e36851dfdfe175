import type { SpotifyAuth } from "@refrain/core";
import { createGetSpotify, type GetSpotify } from "./get-spotify.js";
import { createHandlers, type SpotifyHandlers } from "./handlers.js";
import type { SpotifyOptions } from "./options.js";
import { createProxy, type SpotifyProxy } from "./proxy.js";
import { lazyRuntime } from "./runtime.js";
import { createWithSpotify, type WithSpotify } from "./with-spotify.js";

/** Sign-in with Spotify for a Next.js app. */
export interface Spotify {
  /** The sign-in routes: `export const { GET, POST } = handlers` in `app/auth/spotify/[...refrain]/route.ts`, or wherever the redirect URI leads. */
  readonly handlers: SpotifyHandlers;
  /**
   * A route handler for those who are signed in: `spotify` is never null inside. A page navigation of anybody else is sent to Spotify and comes back, a script gets
   * 401 or 403 as `application/problem+json`. What the handler throws of ours is answered in the same way. The answer is kept from shared caches.
   *
   * @throws ConfigurationError when the need is misspelt: when the module is loaded, not at the first request.
   */
  readonly withSpotify: WithSpotify;
  /**
   * Who is signed in, in server components, server actions, route handlers and `generateMetadata`: the session, or null. Read once per request. With
   * `{ required: true }` a page sends everybody else to Spotify and back; with `inAction: true` a server action is told where to send the user. A refresh writes no cookie,
   * so components may cause one.
   *
   * @throws TemporarilyUnavailable when the store or Spotify cannot be reached: show it in `error.tsx`.
   */
  readonly getSpotify: GetSpotify;
  /**
   * For `proxy.ts` (Next 16) or `middleware.ts` with the Node.js runtime (Next 15): sends page navigations of those who are not signed in to Spotify, answers them with
   * a page and 503 while Spotify or the store is down, renews a consent near its end, and tells pages their own path. A convenience for the pages that
   * `config.matcher` names; what guards data is `withSpotify` and `getSpotify`.
   */
  readonly proxy: SpotifyProxy;
  /**
   * Whether everything is set up: for `instrumentation.ts`.
   *
   * @throws ConfigurationError or TemporarilyUnavailable.
   */
  check(): Promise<void>;
  /** The `SpotifyAuth` behind all this, opened if it is not yet: for workers, `forUser()`, `signOut()` and events. */
  auth(): SpotifyAuth;
}

/** Sign-in with Spotify, set up by options; what they leave out comes from the environment. Opens, reads and throws nothing until it is used. */
export function createSpotify(options: SpotifyOptions = {}): Spotify {
  const open = lazyRuntime(options);
  return {
    handlers: createHandlers(open),
    withSpotify: createWithSpotify(open),
    getSpotify: createGetSpotify(open),
    proxy: createProxy(open),
    check: async () => open().auth.check(),
    auth: () => open().auth,
  };
}
