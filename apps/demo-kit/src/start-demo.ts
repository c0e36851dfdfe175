import type { SpotifyAuth, SpotifyAuthOptions } from "@refrain/core";
import { startEmulator, type Emulator, type EmulatorOptions } from "@refrain/emulator";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoClock, type DemoClock } from "./demo-clock.js";
import { drain, listen } from "./listen.js";
import type { Log } from "./refer.js";

export interface DemoOptions {
  /** Ports of 127.0.0.1 to try, in this order; 0 = any. */
  readonly ports: readonly number[];
  /** A Spotify that runs elsewhere, its app set up by the environment; or a local one that runs as long as the demo. */
  readonly spotify: DistantSpotify | { readonly emulate: EmulatorOptions };
  /** What is played here. */
  readonly mode: Mode;
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

/** What an app is made with. */
export interface Stage {
  /** It listens already: the redirect URI must be known before the app is. */
  readonly server: Server;
  /** The app's own origin, as browsers see it. */
  readonly origin: string;
  /** How Spotify is reached. The store is missing. */
  readonly options: SpotifyAuthOptions<unknown>;
  /** The SQLite file of the grants. */
  readonly database: string;
  /** The clock that the app lives by. */
  readonly clock: DemoClock;
  /** Stands in for Spotify and gets buttons. `undefined` = the real one: no buttons. */
  readonly emulator: Emulator | undefined;
  /** Whether a local Spotify stands in, wherever it runs. @defaultValue whether there is `emulator` */
  readonly emulated?: boolean;
  /** The origin of Spotify's sign-in page. */
  readonly spotify: string;
  readonly log: Log;
}

/** Makes an app on a stage, and has the stage's server answer with it. */
export type Mode = (stage: Stage) => Promise<Play>;

/** An app that runs. */
export interface Play {
  readonly auth: SpotifyAuth;
  /** Lets requests finish, then ends all that the app began, the stage's server too. */
  close(): Promise<void>;
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
/** What signing in asks for; a page may ask for more. */
export const signInScopes = ["user-read-currently-playing", "user-top-read"] as const;

export async function startDemo({ ports, spotify, mode, database, secret, log = console.error }: DemoOptions): Promise<Demo> {
  const clock = demoClock();
  const server = createServer();
  let folder: string | undefined;
  let emulator: Emulator | undefined;
  let play: Play | undefined;

  async function close(): Promise<void> {
    await (play?.close() ?? drain(server));
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
    const options: SpotifyAuthOptions<unknown> = {
      ...(emulator === undefined ? {} : { ...client, emulatorUrl: emulator.origin }),
      redirectUri: callback.href,
      scopes: signInScopes,
      secret: secret ?? randomBytes(32).toString("base64url"),
      clock,
    };
    const { origin } = callback;
    const signIn = emulator?.origin ?? ("origin" in spotify ? spotify.origin : undefined) ?? "https://accounts.spotify.com";
    play = await mode({ server, options, database: file, origin, clock, emulator, spotify: signIn, log });
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
