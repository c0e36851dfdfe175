import { createSpotifyAuth, type SpotifyAuth, type SpotifyAuthOptions, type Store } from "@refrain/core";

/** Set up as in production, on a store of the bench's choice. */
export function openAuth(store: Store, options: SpotifyAuthOptions = {}): SpotifyAuth {
  return createSpotifyAuth({
    clientId: "emulator-client",
    clientSecret: "emulator-secret",
    redirectUri: "https://app.example/auth/spotify/callback",
    secret: "a secret for measurements only, which seals nothing of worth",
    store,
    ...options,
  });
}
