import { createSpotifyAuth } from "@refrain/core";
import { manualClock } from "@refrain/core/testing";
import { type Emulator, startEmulator } from "@refrain/emulator";
import { sqliteStore } from "@refrain/sqlite";
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { createBrowser, navigation, script } from "client-kit/browser";
import { send } from "client-kit/http";
import type { AppSettings } from "./app-process.js";

const hourMs = 3_600_000;
const users = Array.from({ length: 6 }, (_, index) => ({ id: `user-${index}`, accountId: `account-${index}`, name: `User ${index}` }));

describe.each(["express", "fastify"] as const)("%s: F-026 SIGTERM under load, with enableShutdownHooks()", (platform) => {
  test.each([
    ["wait for their answers", 200],
    ["have all left", null],
  ])(
    "while refreshes are in flight whose callers %s: whoever waits is answered, every new token is stored, nothing is sent twice",
    { timeout: 60_000 },
    async (_callers, expected) => {
      const clock = manualClock({ flows: true });
      const emulator = await startEmulator({ users, refresh: "family", now: () => clock.now() });
      const folder = mkdtempSync(join(tmpdir(), "refrain-nestjs-"));
      onTestFinished(async () => {
        await emulator.close();
        rmSync(folder, { recursive: true, force: true });
      });
      const settings = { platform, emulatorUrl: emulator.origin, database: join(folder, "grants.sqlite"), secret: randomBytes(32).toString("base64url") };
      const app = await startApp(settings);
      const cookies = await Promise.all(users.map(({ id }) => signIn(app.origin, emulator, id)));

      await clock.advance(hourMs);
      await app.passes(hourMs);
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      emulator.fault({ on: "token", kind: "held", until: held });
      const refreshes = (): number => emulator.tokenCalls({ grantType: "refresh_token" });
      const load = cookies.flatMap((cookie) => [1, 2, 3, 4].map(() => ask(app.origin, cookie)));
      await until(() => refreshes() === users.length);
      if (expected === null) for (const { leave } of load) leave();

      app.end();
      await refusesConnections(app.origin);
      release();
      expect(await Promise.all(load.map(({ status }) => status))).toEqual(load.map(() => expected));
      expect(await app.ended).toBe("SIGTERM");
      expect(refreshes()).toBe(users.length);

      // What the next process finds: tokens that live, and that the next refresh is made of.
      const { emulatorUrl, secret, database } = settings;
      const client = { clientId: "emulator-client", clientSecret: "emulator-secret", redirectUri: "http://127.0.0.1:3000/auth/spotify/callback" };
      const next = createSpotifyAuth({ ...client, secret, emulatorUrl, store: sqliteStore(database), clock });
      onTestFinished(async () => void (await next.close()));
      for (const { id, accountId } of users) expect(await next.forUser(accountId).json("/v1/me")).toMatchObject({ id });
      expect(refreshes()).toBe(users.length);
      await clock.advance(hourMs);
      for (const { id, accountId } of users) expect(await next.forUser(accountId).json("/v1/me")).toMatchObject({ id });
      expect(refreshes()).toBe(2 * users.length);
    },
  );
});

interface App {
  readonly origin: string;
  /** Moves the app's time. */
  passes(ms: number): Promise<void>;
  end(): void;
  /** By what the process ended: a code or a signal. */
  readonly ended: Promise<number | string>;
}

async function startApp(settings: AppSettings): Promise<App> {
  const program = fileURLToPath(new URL("app-process.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(settings)], { execArgv: ["--no-warnings"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  onTestFinished(() => void child.kill("SIGKILL"));
  const heard = async (): Promise<{ readonly port?: number }> => {
    const [message] = (await Promise.race([once(child, "message"), ended.then((by) => Promise.reject(new Error(`The app ended with ${by}.`)))])) as [object];
    return message;
  };
  const { port } = await heard();
  return {
    origin: `http://127.0.0.1:${port}`,
    ended,
    end: () => void child.kill("SIGTERM"),
    async passes(ms) {
      const passed = heard();
      child.send(ms);
      await passed;
    },
  };
}

async function signIn(origin: string, emulator: Emulator, user: string): Promise<string> {
  const browser = createBrowser(origin);
  const { headers } = await browser.fetch("/auth/spotify/login?returnTo=/me", { headers: navigation });
  const { pathname, search } = await emulator.approve(headers.location ?? "", { user });
  expect(await browser.fetch(pathname + search, { headers: navigation })).toMatchObject({ status: 303 });
  return browser.cookie();
}

/** Asks for a page. The status is `null` for who left before the answer. */
function ask(origin: string, cookie: string): { readonly status: Promise<number | null>; leave(): void } {
  const outgoing = request(`${origin}/me`, { headers: { ...script, cookie }, agent: false });
  let left = false;
  const status = new Promise<number | null>((resolve, reject) => {
    outgoing.on("response", (incoming) => resolve(incoming.resume().statusCode ?? 0));
    outgoing.on("error", (error) => (left ? resolve(null) : reject(error)));
  });
  outgoing.end();
  return {
    status,
    leave() {
      left = true;
      outgoing.destroy(new Error("left"));
    },
  };
}

async function refusesConnections(origin: string): Promise<void> {
  let refused = false;
  while (!refused)
    refused = await send(origin, "/nothing")
      .then(() => false)
      .catch((error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED");
}

/** Waits for what happens in another process, in real time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
