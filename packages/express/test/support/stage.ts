import { createSpotifyAuth, memoryStore, type SpotifyAuth, type SpotifyAuthOptions, type Store } from "@refrain/core";
import { manualClock, type ManualClock } from "@refrain/core/testing";
import { startEmulator, type Emulator } from "@refrain/emulator";
import type { Express, Request } from "express";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createBrowser, type Browser } from "client-kit/browser";

/** A local Spotify on which everybody consents as Mira unless the pages ask, and an app in front of it on real HTTP. */
export interface Stage {
  readonly origin: string;
  readonly auth: SpotifyAuth;
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  readonly browser: Browser;
  /** How often the store was read. */
  storeReads(): number;
  /** From now on the store fails. */
  breakStore(): void;
}

export interface Staging {
  readonly callback?: string;
  /** @defaultValue memory */
  readonly store?: Store;
  readonly options?: SpotifyAuthOptions<Request>;
  /** Spotify shows its pages, for {@link Emulator.approve}. @defaultValue false */
  readonly asks?: boolean;
}

/** Sets a stage for one test. `build` makes the app, of an auth or of its options; the path of the callback may carry a mount point. */
export async function stage(
  build: (auth: SpotifyAuth, options: SpotifyAuthOptions<Request>) => Express,
  { callback = "/auth/spotify/callback", store = memoryStore(), options: more = {}, asks = false }: Staging = {},
): Promise<Stage> {
  const clock = manualClock({ flows: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { clientId: "stage", clientSecret: "stage-secret", redirectUris: [origin + callback] };
  const emulator = await startEmulator({ clients: [client], ...(asks ? {} : { autoConsent: "mira" }), now: () => clock.now() });
  let reads = 0;
  let broken = false;
  const options: SpotifyAuthOptions<Request> = {
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    redirectUri: origin + callback,
    scopes: ["user-top-read"],
    secret: randomBytes(32).toString("base64url"),
    emulatorUrl: emulator.origin,
    clock,
    store: {
      ...store,
      // Every second read takes its time, as in a database elsewhere; the others are answered at once.
      get(key) {
        reads++;
        if (broken) return Promise.reject(new Error("The store is down."));
        return reads % 2 === 0 ? Promise.resolve(store.get(key)) : store.get(key);
      },
    },
    ...more,
  };
  const auth = createSpotifyAuth(options);
  server.on("request", build(auth, options));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await auth.close();
    await emulator.close();
  });
  return {
    origin,
    auth,
    emulator,
    clock,
    browser: createBrowser(origin),
    storeReads: () => reads,
    breakStore: () => {
      broken = true;
    },
  };
}
