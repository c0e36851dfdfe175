import { type Emulator, type EmulatorOptions, startEmulator } from "@refrain/emulator";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, createBrowser } from "./browser.js";
import type { NextApp, NextServer } from "./next-app.js";

/** Where the public finds the app. Nobody listens there: the servers have ports of their own, which only the tests know. */
export const origin = "http://127.0.0.1:3000";

/** A built app that runs, and a local Spotify. */
export interface Stage {
  readonly emulator: Emulator;
  readonly server: NextServer;
  /** Another process of the same app, on the same grants. */
  start(env?: Readonly<Record<string, string>>): Promise<NextServer>;
  /** Lets time pass, for all processes and Spotify. */
  advance(ms: number): void;
  /** Nobody's browser. */
  browser(at?: NextServer): Browser;
  /** The browser of somebody who signed in. */
  signedIn(user: string, at?: NextServer): Promise<Browser>;
  close(): Promise<void>;
}

export interface Staging {
  readonly basePath?: string;
  readonly emulator?: EmulatorOptions;
  readonly env?: Readonly<Record<string, string>>;
}

let stages = 0;

export async function setStage(app: NextApp, { basePath = "", emulator: options = {}, env: more = {} }: Staging = {}): Promise<Stage> {
  const name = `stage-${++stages}`;
  const path = (file: string): string => join(app.folder, `${name}.${file}`);
  let ahead = 0;
  const advance = (ms: number): void => {
    ahead += ms;
    writeFileSync(path("clock"), String(ahead));
  };
  advance(0);
  const redirectUri = `${origin}${basePath}/auth/spotify/callback`;
  const clients = [{ clientId: "stage", clientSecret: "stage-secret", redirectUris: [redirectUri, `${origin}/signin/callback`] }];
  const emulator = await startEmulator({ clients, now: () => Date.now() + ahead, ...options });
  const env = {
    SPOTIFY_CLIENT_ID: "stage",
    SPOTIFY_CLIENT_SECRET: "stage-secret",
    SPOTIFY_REDIRECT_URI: redirectUri,
    REFRAIN_SECRET: "kQ3vX9pL7mZr2tYw5sBn8cJd1fGh4aUe6iRo0qTxWyz",
    REFRAIN_EMULATOR_URL: emulator.origin,
    REFRAIN_ALLOW_EMULATOR: "1",
    DATABASE: path("sqlite"),
    CLOCK: path("clock"),
    ...(basePath === "" ? {} : { BASE_PATH: "/auth/spotify" }),
    ...more,
  };
  const servers: NextServer[] = [];
  const start = async (others: Readonly<Record<string, string>> = {}): Promise<NextServer> => {
    const server = await app.start({ ...env, ...others });
    servers.push(server);
    return server;
  };
  const server = await start();
  const browser = (at = server): Browser => createBrowser(origin, at.port);
  return {
    emulator,
    server,
    start,
    advance,
    browser,
    async signedIn(user, at) {
      const own = browser(at);
      let landed = await own.open(`${basePath}/auth/spotify/login?returnTo=${basePath}/static`);
      // Once more where the user has allowed more before.
      while (landed.url.origin === emulator.origin) {
        const back = await emulator.approve(landed.url, { user });
        landed = await own.open(back.pathname + back.search);
      }
      if (landed.status !== 200) throw new Error(`Signing in ended at ${landed.url.pathname} with ${landed.status}: ${landed.text}`);
      return own;
    },
    async close() {
      await Promise.all(servers.map((one) => one.stop()));
      await emulator.close();
    },
  };
}
