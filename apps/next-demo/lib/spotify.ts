import { type Clock, systemClock } from "@refrain/core";
import { createSpotify, type Spotify } from "@refrain/next";
import { sqliteStore } from "@refrain/sqlite";
import { followingClock } from "demo-kit/file-clock";

const { DEMO_CLOCK: clockFile, DEMO_DATABASE: database = "grants.sqlite", REFRAIN_EMULATOR_URL: emulatorOrigin } = process.env;

/** The origin of the local Spotify that stands in for the real one, if one does. */
export const emulator: string | null = emulatorOrigin ?? null;

/** The machine's clock; before a local Spotify its clock, which can be set ahead. */
export const clock: Clock = clockFile === undefined ? systemClock : followingClock(clockFile);

/** Sign-in with Spotify. Client id, secrets and the redirect URI come from the environment. */
export const spotify: Spotify = createSpotify({
  store: sqliteStore(database),
  scopes: ["user-read-currently-playing", "user-top-read"],
  api: { allow: ["GET /v1/me/player/currently-playing"] },
  clock,
});
