import { memoryStore } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { randomBytes } from "node:crypto";
import { NextRequest } from "next/server.js";
import { createSpotify, type Spotify } from "../../src/create-spotify.js";
import type { SpotifyOptions } from "../../src/options.js";
import { navigation, script } from "./browser.js";
import { origin } from "./stage.js";

export const user = "acc-mira";

/** Options of their own: an instance of their own. */
export function ownOptions(more: SpotifyOptions = {}): SpotifyOptions {
  return {
    clientId: "unit",
    clientSecret: "unit-secret",
    redirectUri: `${origin}/auth/spotify/callback`,
    secret: randomBytes(32).toString("base64url"),
    store: memoryStore(),
    ...more,
  };
}

/** A Spotify of its own, and somebody who is signed in. */
export interface Unit {
  readonly options: SpotifyOptions;
  readonly spotify: Spotify;
  /** The Cookie header. */
  readonly cookie: string;
  /** How often the store was read. */
  storeReads(): number;
  /** From now on the store fails. */
  breakStore(): void;
}

export async function unit(more: SpotifyOptions = {}): Promise<Unit> {
  const store = memoryStore();
  let broken = false;
  let reads = 0;
  const get = async (key: string): Promise<string | null> => {
    reads++;
    if (broken) throw new Error("The store is down.");
    return store.get(key);
  };
  const options = ownOptions({ store: { ...store, get }, ...more });
  const spotify = createSpotify(options);
  const cookie = await signInAs(spotify.auth(), { user, scopes: ["user-top-read", "playlist-modify-public", "playlist-modify-private"] });
  return {
    options,
    spotify,
    cookie,
    storeReads: () => reads,
    breakStore() {
      broken = true;
    },
  };
}

/** A request as Next hands it over, which knows the host by another name. */
export function asked(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  init: { readonly method?: string; readonly body?: string } = {},
): NextRequest {
  return new NextRequest(new URL(path, "http://localhost:3000"), { ...init, headers });
}

export const opened = (path: string, more: Readonly<Record<string, string>> = {}): NextRequest => asked(path, { ...navigation, ...more });
export const fetched = (path: string, more: Readonly<Record<string, string>> = {}): NextRequest => asked(path, { ...script, ...more });
