import { createSpotifyAuth, type SpotifyAuth, type Store } from "@refrain/core";
import { sqliteStore } from "@refrain/sqlite";
import { drain } from "demo-kit/listen";
import { loginOptions } from "demo-kit/login-options";
import type { Mode, Play, Stage } from "demo-kit/start-demo";
import type { Express } from "express";
import { createApp } from "./app.js";

/** Spotify is the login: whoever signs in with it is a user. */
export const loginMode: Mode = async (stage) => loginOn(stage, sqliteStore(stage.database));

/** The same on any store. */
export function loginOn(stage: Stage, store: Store): Play {
  const auth = createSpotifyAuth({
    ...loginOptions(stage),
    store,
    api: { allow: ["GET /v1/me/player/currently-playing"] },
  });
  const closing = new AbortController();
  return serve(stage, auth, createApp({ ...stage, auth, closing: closing.signal }), { closing });
}

interface Ends {
  /** Is told when the app is about to end. */
  readonly closing?: AbortController;
  /** Ends what the app itself began, once no request is under way. */
  readonly stop?: () => Promise<void>;
}

export function serve({ server, log }: Stage, auth: SpotifyAuth, app: Express, { closing, stop }: Ends): Play {
  server.on("request", app);
  return {
    auth,
    async close() {
      closing?.abort();
      await drain(server);
      await stop?.();
      const unstored = await auth.close();
      if (unstored.length > 0) log(`New tokens of ${unstored.join(", ")} could not be stored.`);
    },
  };
}
