import { spotifyScopes } from "../../src/scopes.js";
import type { SpotifyAuthOptions } from "../../src/settings/options.js";
import { type Browser, BASE, SCRIPT, SESSION, world, type World } from "./world.js";

/** What a script of the page sends. */
export const OWN = { ...SCRIPT, "x-refrain": "1" };
export const ALLOW = ["GET /v1/me/player", "PUT /v1/playlists/{id}/items", "GET /v1/users/{user_id}/playlists", "GET /v1/me/top/{type}"] as const;
export const PLAYER = "v1/me/player";
export const ITEMS = `v1/playlists/${"a1".repeat(11)}/items`;

type Sent = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>>; readonly duplex?: "half" };

/** A world whose scripts may call the Web API, and somebody who is signed in. */
export interface ApiWorld extends World {
  readonly user: Browser;
  /** Asks for `api/…` exactly as given. Without `headers` as a script of the page does. */
  ask(path: string, sent?: Sent, browser?: Browser): Promise<Response>;
  refusals(): readonly object[];
}

export async function apiWorld(options: SpotifyAuthOptions = {}): Promise<ApiWorld> {
  const here = world({ api: { allow: ALLOW }, token: true, scopes: spotifyScopes, ...options });
  const user = here.browser();
  await user.signIn();
  return Object.assign(here, {
    user,
    async ask(path: string, { headers = OWN, ...sent }: Sent = {}, browser = user) {
      const [raw = "", query] = path.split("?");
      const url = `${BASE}/api/as-it-came${query === undefined ? "" : `?${query}`}`;
      const request = new Request(url, { ...sent, headers: { ...headers, cookie: `${SESSION}=${browser.jar.get(SESSION)}` } });
      const response = await here.routes.handle(request, { path: `/auth/spotify/api/${raw}` });
      if (response === null) throw new Error("no route of ours");
      return response;
    },
    refusals: () => here.events.filter(({ event }) => event === "proxyDenied").map(({ detail }) => detail),
  });
}
