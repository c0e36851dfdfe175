import { createSpotifyAuth, type SpotifyAuth, type SpotifyAuthOptions } from "@refrain/core";
import type { Express } from "express";
import { createApp, type DemoAppOptions } from "./app.js";

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

/** Spotify is the login: whoever signs in with it is a user. */
export const loginMode: Mode = async ({ options, ...stage }) => {
  const auth = createSpotifyAuth(options);
  return { auth, app: createApp({ ...stage, auth }) };
};
