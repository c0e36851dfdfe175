import { memoryStore, type SpotifyAuthOptions } from "@refrain/core";
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Options that need no Spotify app and no environment: grants in memory, a secret of their own, and no way to Spotify unless `fetch` is given. */
export function testingOptions<RawRequest = IncomingMessage>(options: SpotifyAuthOptions<RawRequest> = {}): SpotifyAuthOptions<RawRequest> {
  return {
    clientId: "testing",
    clientSecret: "testing",
    redirectUri: "http://127.0.0.1:3000/auth/spotify/callback",
    scopes: [],
    secret: randomBytes(32).toString("base64url"),
    store: memoryStore(),
    fetch: async () => {
      throw new TypeError("A test called Spotify: give testingOptions({ fetch }) what answers in its place.");
    },
    ...options,
  };
}
