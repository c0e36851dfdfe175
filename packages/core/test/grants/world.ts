import { type Emulator, type EmulatorOptions, startEmulator } from "@refrain/emulator";
import { afterEach } from "vitest";
import type { Clock } from "../../src/clock.js";
import { createEmitter, type Emitter, type SpotifyAuthEvents } from "../../src/events.js";
import { createEngine, type EngineSettings } from "../../src/grants/create-engine.js";
import type { Engine } from "../../src/grants/engine.js";
import { hash, randomId } from "../../src/grants/identifiers.js";
import type { Grant } from "../../src/machine/grant.js";
import { defaultTimings, reauthorizeBy, refreshAfterMs, type Timings } from "../../src/machine/timings.js";
import { authorizationUrl, createTransactionSecrets } from "../../src/protocol/authorization-request.js";
import { readCallback } from "../../src/protocol/authorization-response.js";
import { tokenEndpoint } from "../../src/protocol/token-endpoint.js";
import { createSealer } from "../../src/seal/sealer.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { Store } from "../../src/store/store.js";
import { type ManualClock, manualClock } from "../../src/testing/manual-clock.js";

export const secret = "kQ3vX9pL7mZr2tYw5sBn8cJd1fGh4aUe6iRo0qTxWyz";
const redirectUri = "http://127.0.0.1:3000/callback";

/** One process: an engine with what it heard. */
export interface Process {
  readonly engine: Engine;
  readonly heard: { readonly [Event in keyof SpotifyAuthEvents]?: SpotifyAuthEvents[Event][] };
}

export interface World {
  readonly emulator: Emulator;
  readonly clock: ManualClock;
  readonly store: Store;
  readonly processes: readonly Process[];
  /** The first process's engine. */
  readonly engine: Engine;
  /** Signs a user in, in the first process. Resolves to the store key, a cookie value and the session id. */
  signIn(user?: string): Promise<{ key: string; cookie: string; sessionId: string }>;
  grant(key: string): Promise<Grant>;
  /** Moves time past the access token's expiry, everywhere. */
  expire(): Promise<void>;
  refreshes(): number;
}

export interface WorldOptions {
  readonly refresh?: EmulatorOptions["refresh"];
  readonly processes?: number;
  readonly timings?: Partial<Timings>;
  readonly clientSecret?: string;
  readonly secrets?: readonly string[];
  /** Where the token endpoint is, if not at the emulator. */
  readonly issuer?: string;
  /** Puts something between the processes and the store. */
  readonly through?: (store: Store, process: number) => Store;
  readonly clocks?: (clock: ManualClock, process: number) => Clock;
  readonly settings?: Partial<EngineSettings>;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Real engines on a real emulator over real HTTP; time flows, and is moved on top. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const clock = manualClock({ flows: true });
  const emulator = await startEmulator({ refresh: options.refresh ?? "non-rotating", now: () => clock.now() });
  closing.push(() => emulator.close());
  const store = memoryStore({ clock });
  const timings = { ...defaultTimings, ...options.timings };

  const processes = Array.from({ length: options.processes ?? 1 }, (_, index): Process => {
    const settings: EngineSettings = {
      clientId: "emulator-client",
      store: options.through?.(store, index) ?? store,
      timings,
      waitMs: 10_000,
      storeDeadlineMs: 2_000,
      maxRefreshes: 100,
      clock: options.clocks?.(clock, index) ?? clock,
      random: Math.random,
      ...options.settings,
    };
    const emitter = createEmitter();
    const { clientId } = settings;
    const clientSecret = options.clientSecret ?? "emulator-secret";
    const engine = createEngine({
      settings,
      sealer: createSealer(options.secrets ?? [secret]),
      tokenEndpoint: tokenEndpoint({ clientId, clientSecret, issuer: options.issuer ?? emulator.origin, fetch }),
      emitter,
      reauthorizeUrl: "http://127.0.0.1:3000/auth/spotify/login",
    });
    closing.push(() => inFastTime(clock, engine.close()));
    return { engine, heard: listen(emitter) };
  });

  const first = processes[0];
  if (first === undefined) throw new RangeError("a world has at least one process");
  const { engine } = first;

  return {
    emulator,
    clock,
    store,
    processes,
    engine,
    async signIn(user = "mira") {
      const begunAt = clock.now();
      const secrets = createTransactionSecrets();
      const url = await authorizationUrl({ ...secrets, issuer: emulator.origin, clientId: "emulator-client", redirectUri, scopes: ["user-top-read"] });
      const answer = readCallback((await emulator.approve(url, { user })).searchParams, {
        state: secrets.state,
        issuer: emulator.origin,
        clientId: "emulator-client",
      });
      if (answer.kind !== "code") throw new Error(`the emulator did not approve: ${answer.kind}`);
      const endpoint = tokenEndpoint({ clientId: "emulator-client", clientSecret: "emulator-secret", issuer: emulator.origin, fetch });
      const tokens = await endpoint.exchange(answer.parameters, secrets.codeVerifier, redirectUri);
      if (tokens.kind !== "success" || tokens.refreshToken === null) throw new Error(`the emulator gave no tokens: ${tokens.kind}`);

      const now = clock.now();
      const sessionSecret = (randomId() + randomId()).slice(0, 43);
      const sessionId = await hash(sessionSecret);
      const key = await engine.keyOf(user);
      await engine.change(key, {
        type: "authorized",
        id: randomId(),
        begunAt,
        user: { id: user, spotifyId: user },
        scopes: tokens.scopes ?? [],
        authorizedAt: now,
        reauthorizeBy: reauthorizeBy(now),
        access: {
          id: randomId(),
          token: tokens.accessToken,
          sentAt: now,
          expiresAt: now + tokens.lifetimeMs,
          refreshAfter: now + refreshAfterMs(tokens.lifetimeMs, 0, timings, false),
          rejected: false,
        },
        refreshToken: tokens.refreshToken,
        lineage: randomId(),
        session: { id: sessionId, createdAt: now, seenAt: now, expiresAt: now + timings.session.absoluteMs },
        replaces: null,
        replacesUser: false,
      });
      return { key, cookie: `${key}.${sessionSecret}`, sessionId };
    },
    async grant(key) {
      const record = await engine.read(key);
      if (record === null || !("phase" in record)) throw new Error("there is no grant");
      return record;
    },
    expire: () => clock.advance(3_600_000),
    refreshes: () => emulator.tokenCalls({ grantType: "refresh_token" }),
  };
}

function listen(emitter: Emitter): Process["heard"] {
  const heard: Record<string, unknown[]> = {};
  const events = [
    "signedIn",
    "signedOut",
    "refreshed",
    "refreshFailed",
    "misconfigured",
    "consentEnding",
    "reauthorizationRequired",
    "unreadableRecord",
    "storeFailed",
    "tokensNotStored",
  ] as const;
  for (const event of events) emitter.on(event, (detail) => void (heard[event] ??= []).push(detail));
  return heard;
}

/** Lets time pass twenty times as fast until the promise is settled: fast enough for a test, slow enough for a socket on a busy machine. */
export async function inFastTime<Value>(clock: ManualClock, promise: Promise<Value>): Promise<Value> {
  const state = { settled: false };
  const note = (): void => void (state.settled = true);
  promise.then(note, note);
  while (!state.settled) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    await clock.advance(200);
  }
  return promise;
}

/** Waits until something is so, in real time: for what happens on sockets. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
