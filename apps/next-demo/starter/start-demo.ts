import { startEmulator, type Emulator, type EmulatorOptions } from "@refrain/emulator";
import { leadingClock } from "demo-kit/file-clock";
import { listen } from "demo-kit/listen";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, type App } from "./start-app.js";

export interface DemoOptions {
  /** Ports of 127.0.0.1 to try for the app, in this order; 0 = any. */
  readonly ports: readonly number[];
  readonly emulate?: EmulatorOptions;
  /** Where lines of the app for the operator go. @defaultValue standard error */
  readonly log?: (line: string) => void;
}

/** A running demo: the app in a process of its own, the local Spotify in this one. */
export interface Demo {
  readonly origin: string;
  readonly emulator: Emulator;
  readonly database: string;
  /** Sets the clock that the app and the local Spotify share ahead, in ms. */
  advance(ms: number): void;
  /** What seals the stored grants. */
  readonly secrets: readonly string[];
  /** Resolves when the app has ended without being asked to, to a sentence. */
  readonly ended: Promise<string>;
  /** Lets requests finish, then closes everything. */
  close(): Promise<void>;
}

/** How often the app's clock is set by the local Spotify's, whose page has buttons for it. */
const followEveryMs = 50;

export async function startDemo({ ports, emulate = {}, log = console.error }: DemoOptions): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-demo-"));
  const file = { database: join(folder, "grants.sqlite"), clock: join(folder, "clock") };
  const lead = leadingClock(file.clock);
  let emulator: Emulator | undefined;
  let app: App | undefined;
  let following: ReturnType<typeof setInterval> | undefined;

  async function close(): Promise<void> {
    clearInterval(following);
    await app?.close();
    await emulator?.close();
    lead.close();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const port = await freePort(ports);
    const origin = `http://127.0.0.1:${port}`;
    const redirectUri = `${origin}/auth/spotify/callback`;
    const client = { clientId: "refrain-demo", clientSecret: randomBytes(24).toString("base64url") };
    const secret = randomBytes(32).toString("base64url");
    emulator = await startEmulator({ clients: [{ ...client, name: "Refrain demo", redirectUris: [redirectUri] }], ...emulate });
    const spotify = emulator;
    const follow = (): void => lead.setAhead(spotify.now() - Date.now());
    following = setInterval(follow, followEveryMs);
    app = await startApp(port, log, {
      SPOTIFY_CLIENT_ID: client.clientId,
      SPOTIFY_CLIENT_SECRET: client.clientSecret,
      SPOTIFY_REDIRECT_URI: redirectUri,
      REFRAIN_SECRET: secret,
      REFRAIN_EMULATOR_URL: emulator.origin,
      // The app runs as it would in production, where an emulator must be allowed.
      REFRAIN_ALLOW_EMULATOR: "1",
      DEMO_DATABASE: file.database,
      DEMO_CLOCK: file.clock,
    });
    const advance = (ms: number): void => {
      spotify.advance(ms);
      follow();
    };
    return { origin, emulator, database: file.database, advance, secrets: [secret, client.clientSecret], ended: app.ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `next start` opens its port itself, so one that is free is looked for before. */
async function freePort(ports: readonly number[]): Promise<number> {
  const server = createServer();
  const port = await listen(server, ports);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
