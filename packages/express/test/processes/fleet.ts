import type { Timings } from "@refrain/core";
import { type Emulator, type EmulatorOptions, type RefreshBehaviour, startEmulator } from "@refrain/emulator";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createBrowser, navigation, script } from "client-kit/browser";
import type { Answer } from "client-kit/http";
import { get } from "./get.js";
import type { AppMessages, AppSettings } from "./app-process.js";
import { type Journal, openJournal } from "./journal.js";
import { startRoundRobin, type RoundRobin } from "./round-robin.js";
import { type LeadingClock, leadingClock } from "./shared-clock.js";
import type { Trap } from "./traps.js";

/** Processes of one app on one store behind a proxy, and a local Spotify; all on one clock, which the test moves. */
export interface Fleet {
  readonly origin: string;
  readonly emulator: Emulator;
  readonly clock: LeadingClock;
  readonly proxy: RoundRobin;
  readonly journal: Journal;
  /** The SQLite file in which the grants lie, unless {@link FleetOptions.address} says otherwise. */
  readonly database: string;
  /** A new path in the fleet's folder. */
  path(name: string): string;
  /** Starts a process and hands it its share of the requests. */
  start(settings?: Partial<AppSettings>): Promise<AppProcess>;
  readonly running: readonly AppProcess[];
  /** By its number, also when it has ended. */
  process(number: number): AppProcess;
  /** Signs a user in over HTTP, through the proxy. */
  signIn(user: string): Promise<Visitor>;
  close(): Promise<void>;
}

export interface AppProcess {
  readonly number: number;
  readonly pid: number;
  readonly port: number;
  ask<Name extends keyof AppMessages>(name: Name, told: AppMessages[Name]["told"]): Promise<AppMessages[Name]["answer"]>;
  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void;
  /** What the process ended with: a code or a signal. */
  readonly ended: Promise<number | string>;
}

/** A user's browser. */
export interface Visitor {
  readonly user: string;
  readonly cookie: string;
  /** One request as a script of the page makes it. */
  ask(path?: string): Promise<Answer>;
  /** So many at once. */
  askAtOnce(count: number): Promise<readonly Answer[]>;
}

export interface FleetOptions {
  readonly processes?: number;
  readonly users?: number;
  readonly refresh?: RefreshBehaviour;
  readonly emulator?: EmulatorOptions;
  readonly timings?: Partial<Timings>;
  readonly waitMs?: number;
  readonly trapped?: boolean;
  /**
   * Where the process with this number finds the grants.
   *
   * @defaultValue a SQLite file for all
   */
  readonly address?: (number: number) => string;
}

export const secret = "kQ3vX9pL7mZr2tYw5sBn8cJd1fGh4aUe6iRo0qTxWyz";
const hourMs = 3_600_000;

export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), "refrain-fleet-"));
  const path = (name: string): string => join(folder, name);
  const clock = leadingClock(path("clock"));
  const journal = openJournal(path("journal"), clock.now);
  const proxy = await startRoundRobin();
  const users = Array.from({ length: options.users ?? 1 }, (_, index) => ({ id: nameOf(index), accountId: `account-${index}`, name: nameOf(index) }));
  const emulator = await startEmulator({ users, refresh: options.refresh ?? "family", now: clock.now, ...options.emulator });
  const running: AppProcess[] = [];
  const all = new Map<number, AppProcess>();
  let started = 0;

  async function start(settings: Partial<AppSettings> = {}): Promise<AppProcess> {
    const number = ++started;
    const { timings = {}, waitMs = 10_000, trapped = false, address = () => path("refrain.sqlite") } = options;
    const common = { origin: proxy.origin, emulatorUrl: emulator.origin, database: address(number), clock: path("clock"), journal: path("journal") };
    const child = forkApp({ number, ...common, secrets: [secret], timings, waitMs, trapped, ...settings });
    const process = await appProcess(number, child);
    running.push(process);
    all.set(number, process);
    proxy.add(number, process.port);
    void process.ended.then(() => {
      running.splice(running.indexOf(process), 1);
      proxy.remove(number);
    });
    return process;
  }

  await Promise.all(Array.from({ length: options.processes ?? 4 }, () => start()));
  return {
    origin: proxy.origin,
    emulator,
    clock,
    proxy,
    journal,
    database: path("refrain.sqlite"),
    path,
    start,
    running,
    process(number) {
      const process = all.get(number);
      if (process === undefined) throw new RangeError(`There is no process ${number}.`);
      return process;
    },
    signIn: (user) => signIn(proxy.origin, emulator, user),
    async close() {
      const ended = running.map((process) => process.ended);
      for (const process of [...running]) process.signal("SIGKILL");
      await Promise.all(ended);
      await proxy.close();
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const nameOf = (index: number): string => `user-${index}`;

/** Lets every access token expire. */
export function expire({ clock }: Fleet): void {
  clock.advance(hourMs);
}

/** Lays one trap in all processes: the first to reach it is caught. */
export async function layTrap({ running }: Fleet, trap: Trap): Promise<void> {
  await Promise.all(running.map((process) => process.ask("trap", trap)));
}

/**
 * The visitor's fate once everything has had its time: what the last answer of a page visited again and again is.
 *
 * @param wait how an answer is waited for
 */
export async function fateOf(
  { clock }: Fleet,
  visitor: Visitor,
  wait: (asked: Promise<Answer>) => Promise<Answer> = (asked) => asked,
): Promise<"kept" | "lost"> {
  for (let visit = 1; visit <= 30; visit++) {
    const answer = await wait(visitor.ask());
    if (answer.status === 200) return "kept";
    if (answer.status === 401 && answer.text.includes('"reauthorization_required"')) return "lost";
    if (answer.status !== 503) throw new Error(`${visitor.user} got ${answer.status}: ${answer.text}`);
    clock.advance(1_000 * Number(answer.headers["retry-after"]));
  }
  throw new Error(`${visitor.user} is stuck: thirty visits, each after the time that was asked for.`);
}

function forkApp(settings: AppSettings): ChildProcess {
  const sources = new URL("typescript-sources.ts", import.meta.url).href;
  const program = fileURLToPath(new URL("app-process.ts", import.meta.url));
  return fork(program, [JSON.stringify(settings)], {
    execArgv: ["--no-warnings", "--expose-gc", "--import", sources],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

async function appProcess(number: number, child: ChildProcess): Promise<AppProcess> {
  const stop = (): void => void child.kill("SIGKILL");
  process.once("exit", stop);
  const ended = once(child, "exit").then(([code, signal]) => {
    process.off("exit", stop);
    return (code ?? signal) as number | string;
  });
  const answer = (name: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const hear = (message: { readonly name: string; readonly answer: unknown }): void => {
        if (message.name !== name) return;
        child.off("message", hear);
        resolve(message.answer);
      };
      child.on("message", hear);
      void ended.then((end) => reject(new Error(`The process ended with ${end} before it answered.`)));
    });
  const port = (await answer("listening")) as number;
  return {
    number,
    pid: child.pid ?? 0,
    port,
    ended,
    signal: (signal) => void child.kill(signal),
    async ask(name, told) {
      const answered = answer(name);
      child.send({ name, told });
      return (await answered) as never;
    },
  };
}

async function signIn(origin: string, emulator: Emulator, user: string): Promise<Visitor> {
  const browser = createBrowser(origin);
  const headers = { ...navigation, "x-visitor": user };
  const toSpotify = await browser.fetch("/auth/spotify/login?returnTo=/me", { headers });
  const back = await emulator.approve(toSpotify.headers.location ?? "", { user });
  const landed = await browser.fetch(back.pathname + back.search, { headers });
  if (landed.status !== 303 && landed.status !== 302) throw new Error(`The callback answered ${landed.status}: ${landed.text}`);
  return visitorWith(origin, user, browser.cookie());
}

export function visitorWith(origin: string, user: string, cookie: string): Visitor {
  const ask = (path = "/me"): Promise<Answer> => get(origin + path, { ...script, cookie, "x-visitor": user });
  return { user, cookie, ask, askAtOnce: (count) => Promise.all(Array.from({ length: count }, () => ask())) };
}
