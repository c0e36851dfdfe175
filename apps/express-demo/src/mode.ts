import { createSpotifyAuth, type SpotifyAuth, type SpotifyAuthOptions } from "@refrain/core";
import type { Express } from "express";
import { createApp, type DemoAppOptions } from "./app.js";
import { libraryPage } from "./library-page.js";
import { contentSecurityPolicy } from "./security-headers.js";

/** What a mode of the demo is made with. */
export interface Stage extends Omit<DemoAppOptions, "auth"> {
  /** How Spotify is reached and where grants lie. */
  readonly options: SpotifyAuthOptions;
  /** The SQLite file of the grants. */
  readonly database: string;
}

/** One of the apps that the demo can be. */
export type Mode = (stage: Stage) => Promise<Play>;

/** An app that runs. */
export interface Play {
  readonly auth: SpotifyAuth;
  readonly app: Express;
  /** Ends what the app itself began, once no request is under way. */
  readonly stop?: () => Promise<void>;
}

const dayMs = 86_400_000;
// The usual 30 days would end with the first button that moves the clock by months. Before the real Spotify there is no such button.
const sessionOverMonths = { absoluteMs: 400 * dayMs, idleMs: 400 * dayMs };

/** Spotify is the login: whoever signs in with it is a user. */
export const loginMode: Mode = async ({ options, ...stage }) => {
  const { emulator, spotify = emulator?.origin ?? "https://accounts.spotify.com" } = stage;
  const auth = createSpotifyAuth({
    ...options,
    ...(emulator === undefined ? {} : { session: sessionOverMonths }),
    api: { allow: ["GET /v1/me/player/currently-playing"] },
    pages: { error: libraryPage(emulator !== undefined, contentSecurityPolicy(spotify)) },
  });
  return { auth, app: createApp({ ...stage, auth }) };
};
