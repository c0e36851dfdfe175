import type { SpotifyAuth } from "@refrain/core";
import { startEmulator, type Emulator, type EmulatorOptions } from "@refrain/emulator";
import { sqliteStore } from "@refrain/sqlite";
import { drain, listen } from "demo-kit/listen";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoClock, type DemoClock } from "./demo-clock.js";
import type { Log } from "./failures.js";
import { loginMode, type Mode, type Play } from "./mode.js";

export interface DemoOptions {
  /** Ports of 127.0.0.1 to try, in this order; 0 = any. */
  readonly ports: readonly number[];
  /** A Spotify that runs elsewhere, its app set up by the environment; or a local one that runs as long as the demo. */
  readonly spotify: DistantSpotify | { readonly emulate: EmulatorOptions };
  /** Which of the apps. @defaultValue the one whose login is Spotify */
  readonly mode?: Mode | undefined;
  /** The SQLite file. @defaultValue one in a temporary folder, which goes with the demo */
  readonly database?: string | undefined;
  /** What seals the stored grants. @defaultValue a new one, so a later run cannot open them */
  readonly secret?: string | undefined;
  /** Where lines for the operator go. @defaultValue standard error */
  readonly log?: Log;
}

export interface DistantSpotify {
  /** Where users come back to. @defaultValue `http://127.0.0.1:<port>/auth/spotify/callback` */
  readonly redirectUri?: string | undefined;
  /** The origin of its sign-in page. @defaultValue the real one's */
  readonly origin?: string | undefined;
}

/** A running demo. */
export interface Demo {
  /** Where browsers find it. */
  readonly origin: string;
  /** Where it listens. */
  readonly address: string;
  readonly clock: DemoClock;
  readonly auth: SpotifyAuth;
  readonly database: string;
  readonly emulator: Emulator | undefined;
  /** Lets requests finish, then closes everything. */
  close(): Promise<void>;
}

const callbackPath = "/auth/spotify/callback";
const scopes = ["user-read-currently-playing", "user-top-read"] as const;

export async function startDemo({ ports, spotify, mode = loginMode, database, secret, log = console.error }: DemoOptions): Promise<Demo> {
  const clock = demoClock();
  const server = createServer();
  const closing = new AbortController();
  let folder: string | undefined;
  let emulator: Emulator | undefined;
  let play: Play | undefined;

  async function close(): Promise<void> {
    closing.abort();
    await drain(server);
    await play?.stop?.();
    const unstored = (await play?.auth.close()) ?? [];
    if (unstored.length > 0) log(`New tokens of ${unstored.join(", ")} could not be stored.`);
    await emulator?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  try {
    const address = `http://127.0.0.1:${await listen(server, ports)}`;
    if (database === undefined) folder = await mkdtemp(join(tmpdir(), "refrain-demo-"));
    const file = database ?? join(folder ?? "", "grants.sqlite");
    const callback = callbackOf("emulate" in spotify ? undefined : spotify.redirectUri, address);
    const client = { clientId: "refrain-demo", clientSecret: randomBytes(24).toString("base64url") };
    if ("emulate" in spotify) {
      const registered = { ...client, name: "Refrain demo", redirectUris: [callback.href] };
      emulator = await startEmulator({ clients: [registered], now: () => clock.now(), ...spotify.emulate });
    }
    const options = {
      ...(emulator === undefined ? {} : { ...client, emulatorUrl: emulator.origin }),
      redirectUri: callback.href,
      scopes,
      secret: secret ?? randomBytes(32).toString("base64url"),
      store: sqliteStore(file),
      clock,
    };
    const { origin } = callback;
    const signIn = "emulate" in spotify ? undefined : spotify.origin;
    play = await mode({ options, database: file, origin, clock, emulator, spotify: signIn, closing: closing.signal, log });
    server.on("request", play.app);
    return { origin, address, clock, auth: play.auth, database: file, emulator, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The pages link to our routes by their usual paths, so the redirect URI must have its usual one. */
function callbackOf(redirectUri: string | undefined, address: string): URL {
  const uri = redirectUri ?? address + callbackPath;
  if (URL.canParse(uri) && new URL(uri).pathname === callbackPath) return new URL(uri);
  throw new Error(`SPOTIFY_REDIRECT_URI must be a URL whose path is ${callbackPath}.`);
}
