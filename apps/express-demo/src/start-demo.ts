import { createSpotifyAuth, type SpotifyAuth, type SpotifyAuthOptions } from "@refrain/core";
import { startEmulator, type Emulator, type EmulatorOptions } from "@refrain/emulator";
import { sqliteStore } from "@refrain/sqlite";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "./app.js";
import { demoClock, type DemoClock } from "./demo-clock.js";
import type { Log } from "./failures.js";
import { listen } from "./listen.js";

export interface DemoOptions {
  /** Ports of 127.0.0.1 to try, in this order; 0 = any. */
  readonly ports: readonly number[];
  /** The SQLite file. @defaultValue one in a temporary folder, which goes with the demo */
  readonly database?: string;
  /** `false`: the real Spotify, set up by the environment. An object: the local one, set up so. */
  readonly emulate: false | EmulatorOptions;
  /** Where the real Spotify sends users back to. @defaultValue `http://127.0.0.1:<port>/auth/spotify/callback` */
  readonly redirectUri?: string;
  /** What seals the stored grants. @defaultValue a new one, so a later run cannot open them */
  readonly secret?: string;
  /** Where lines for the operator go. @defaultValue standard error */
  readonly log?: Log;
}

/** A running demo. */
export interface Demo {
  readonly origin: string;
  readonly auth: SpotifyAuth;
  readonly clock: DemoClock;
  readonly database: string;
  readonly emulator: Emulator | undefined;
  /** Lets requests finish, then closes everything. */
  close(): Promise<void>;
}

const scopes = ["user-read-currently-playing", "user-top-read"] as const;
const drainMs = 3000;

export async function startDemo({
  ports,
  database,
  emulate,
  redirectUri,
  secret = randomBytes(32).toString("base64url"),
  log = console.error,
}: DemoOptions): Promise<Demo> {
  const clock = demoClock();
  const server = createServer();
  const origin = `http://127.0.0.1:${await listen(server, ports)}`;
  const callback = new URL(redirectUri ?? "/auth/spotify/callback", origin);
  const folder = database === undefined ? await mkdtemp(join(tmpdir(), "refrain-demo-")) : undefined;
  const file = database ?? join(folder ?? "", "grants.sqlite");
  const app = { clientId: "refrain-demo", clientSecret: randomBytes(24).toString("base64url"), name: "Refrain demo", redirectUris: [callback.href] };
  const emulator = emulate === false ? undefined : await startEmulator({ clients: [app], now: () => clock.now(), ...emulate });
  const local: SpotifyAuthOptions = emulator === undefined ? {} : { clientId: app.clientId, clientSecret: app.clientSecret, emulatorUrl: emulator.origin };
  const auth = createSpotifyAuth({ redirectUri: callback.href, scopes, secret, store: sqliteStore(file), clock, ...local });
  const closing = new AbortController();
  server.on("request", createApp({ auth, origin: callback.origin, clock, closing: closing.signal, log, ...(emulator === undefined ? {} : { emulator }) }));

  return {
    origin: callback.origin,
    auth,
    clock,
    database: file,
    emulator,
    async close() {
      closing.abort();
      await drain(server);
      const unstored = await auth.close();
      if (unstored.length > 0) log(`New tokens of ${unstored.join(", ")} could not be stored.`);
      await emulator?.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(late);
}
