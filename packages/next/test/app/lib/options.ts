import type { SpotifyOptions } from "@refrain/next";
import { sqliteStore } from "@refrain/sqlite";
import { movedClock } from "./clock";

/** In a file of their own: the App Router and the Pages Router both set up from them, and neither can import the other's half. */
export const options: SpotifyOptions = {
  scopes: ["user-top-read"],
  token: true,
  ...(process.env.BASE_PATH ? { basePath: process.env.BASE_PATH } : {}),
  store: sqliteStore(process.env.DATABASE ?? "grants.sqlite"),
  clock: movedClock(process.env.CLOCK ?? "clock"),
  // Calls something of another module, which bundles name differently.
  onSignIn: (user) => console.log(`signed in: ${movedClock.name !== "" && user.id !== ""}`),
};
