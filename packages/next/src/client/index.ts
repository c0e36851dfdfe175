"use client";
export type { SpotifyState } from "./session-source.js";
export { createTokenProvider, type TokenProviderOptions } from "./token-provider.js";
export { useSpotify, type UseSpotify, type UseSpotifyOptions } from "./use-spotify.js";
