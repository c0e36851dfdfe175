import { type Emulator, type RefreshBehaviour, startEmulator } from "@refrain/emulator";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "server-kit/redis";
import { type Child, startChild } from "../child.js";
import type { AppAnswer, AppOrder } from "./app-process.js";
import { type Browser, openBrowser } from "./browser.js";
import { startOpenidFront } from "./openid-front.js";
import { client } from "./peer.js";
import { loadPeer } from "./peers.js";

/** A peer's app in one or several processes, beside an emulator of its own. */
export interface RunningApp {
  readonly emulator: Emulator;
  /** One per user, nobody signed in yet. */
  readonly browsers: readonly Browser[];
  /** Signs a user in. @throws Error when that does not work. */
  signIn(user: number): Promise<void>;
  /** A request for a user's profile, to the processes in turn. Resolves to the status. */
  profile(user: number): Promise<number>;
  /** Lets time pass for everybody. */
  advance(ms: number): Promise<void>;
  /** Microseconds of CPU that the processes have used. */
  cpu(): Promise<number>;
  readonly origins: readonly string[];
  end(): Promise<void>;
}

export interface AppOptions {
  readonly peer: string;
  readonly users: number;
  readonly processes: number;
  readonly refresh: RefreshBehaviour;
  /** @defaultValue true */
  readonly movable?: boolean;
}

export const accessTokenLifetimeMs = 3_600_000;

/** Starts an app, and ends it however its use goes. */
export async function withApp<Result>(options: AppOptions, use: (app: RunningApp) => Promise<Result>): Promise<Result> {
  const app = await startApp(options);
  try {
    return await use(app);
  } finally {
    await app.end();
  }
}

export async function startApp({ peer, users, processes, refresh, movable = true }: AppOptions): Promise<RunningApp> {
  const emulator = await startEmulator({
    refresh,
    accessTokenLifetimeMs,
    users: people(users),
    clients: [{ clientId: client.id, clientSecret: client.secret, redirectUris }],
  });
  const openid = await startOpenidFront(emulator);
  const redis = (await loadPeer(peer)).onRedis === true ? await startRedis() : undefined;
  const folder = mkdtempSync(join(tmpdir(), "refrain-bench-"));
  const shared = redis === undefined ? {} : { redis: redis.url };
  const children: Child<AppOrder, AppAnswer>[] = [];
  const origins: string[] = [];
  for (let started = 0; started < processes; started += 1) {
    const child = startChild<AppOrder, AppAnswer>(appProcess, appFlags);
    children.push(child);
    const first = origins[0] === undefined ? {} : { origin: origins[0] };
    const answer = await child.ask({ start: peer, spotify: emulator.origin, openid: openid.origin, folder, movable, ...shared, ...first });
    if (!("origin" in answer)) throw new Error("An app that did not start.");
    origins.push(answer.origin);
  }
  const browsers = Array.from({ length: users }, () => openBrowser());
  const browserOf = (user: number): Browser => browsers[user] ?? openBrowser();
  let turn = 0;
  const profile = async (user: number): Promise<number> => (await browserOf(user).navigate(`${origins[turn++ % processes]}/profile`)).status;

  return {
    emulator,
    browsers,
    origins,
    profile,
    async signIn(user) {
      await signIn(browserOf(user), `${origins[0]}`, emulator, `user-${user}`);
      const status = await profile(user);
      if (status !== 200) throw new Error(`${peer} answers ${status} to a user who has just signed in.`);
    },
    async advance(ms) {
      emulator.advance(ms);
      for (const child of children) await child.ask({ advanceMs: ms });
    },
    async cpu() {
      const answers = await Promise.all(children.map((child) => child.ask({ report: "cpu" })));
      return answers.reduce((sum, answer) => sum + ("cpuMicroseconds" in answer ? answer.cpuMicroseconds : 0), 0);
    },
    async end() {
      for (const child of children) child.end();
      openid.close();
      await emulator.close();
      await redis?.stop();
      // A process that is ending may still be at its database.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Tests run the sources as they are. */
const isSource = import.meta.url.endsWith(".ts");
const appProcess = new URL(isSource ? "app-process.ts" : "app-process.js", import.meta.url);
const appFlags = isSource ? ["--import", new URL("../../test/typescript-sources.ts", import.meta.url).href] : [];

/** Where each library wants the callback. A loopback address without a port is one with any. */
const redirectUris = ["/callback", "/auth/spotify/callback", "/auth/callback/spotify", "/api/auth/callback/spotify"].map((path) => `http://127.0.0.1${path}`);

function people(count: number): { readonly id: string; readonly accountId: string; readonly name: string }[] {
  return Array.from({ length: count }, (_, user) => ({ id: `user-${user}`, accountId: `account-${user}`, name: `User ${user}` }));
}

/** Goes where the app sends the browser, until the emulator asks; says yes; and comes back. */
async function signIn(browser: Browser, origin: string, emulator: Emulator, user: string): Promise<void> {
  let next = new URL("/login", origin);
  for (let hops = 0; next.origin !== emulator.origin; hops += 1) {
    const { status, location } = await browser.navigate(next);
    if (location === undefined || hops === 5) throw new Error(`A sign-in that ends at ${next.pathname} with ${status}.`);
    next = new URL(location, next);
  }
  const { status } = await browser.navigate(await emulator.approve(next, { user }));
  if (status !== 302 && status !== 303) throw new Error(`A callback that is answered with ${status}.`);
}
