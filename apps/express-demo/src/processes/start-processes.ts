import { systemClock } from "@refrain/core";
import { type Emulator, type EmulatorOptions, startEmulator } from "@refrain/emulator";
import { leadingClock } from "demo-kit/file-clock";
import { drain, listen } from "demo-kit/listen";
import { securityHeaders } from "demo-kit/security-headers";
import type { Demo } from "demo-kit/start-demo";
import express from "express";
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { everyAnswer } from "../every-answer.js";
import { sameOrigin } from "../same-origin.js";
import type { AppSettings } from "./app-process.js";
import { processesPage } from "./processes-page.js";
import { roundRobin, type Target } from "./round-robin.js";
import { startStorePlace, type StoreKind, type StorePlace } from "./store-place.js";

export interface ProcessesOptions {
  /** Ports of 127.0.0.1 to try, in this order; 0 = any. */
  readonly ports: readonly number[];
  readonly store: StoreKind;
  /** How many. */
  readonly processes: number;
  readonly emulate: EmulatorOptions;
  /** Where lines of the processes for the operator go. @defaultValue `inherit`: standard error */
  readonly lines?: "inherit" | "ignore";
}

/** A demo of several processes. */
export interface ProcessesDemo extends Pick<Demo, "origin" | "close"> {
  readonly emulator: Emulator;
  /** Moves the time of all processes and of the local Spotify. */
  readonly clock: Pick<Demo["clock"], "now" | "advance">;
  /** Where the grants lie. */
  readonly address: string;
}

const storeNames: Readonly<Record<StoreKind, string>> = { sqlite: "a SQLite file", redis: "a Redis", postgres: "a Postgres" };
/** As it is built, also when this file runs from its source. */
const program = fileURLToPath(new URL("../../dist/processes/app-process.js", import.meta.url));
const hourMs = 3_600_000;

/** The app in several processes on one store, behind a round-robin, before a local Spotify. The page `/processes` shows which of them refreshed for whom. */
export async function startProcesses({ ports, store, processes, emulate, lines = "inherit" }: ProcessesOptions): Promise<ProcessesDemo> {
  const folder = await mkdtemp(join(tmpdir(), "refrain-demo-"));
  const lead = leadingClock(join(folder, "clock"));
  let aheadMs = 0;
  const clock = {
    now: () => systemClock.now() + aheadMs,
    advance: (ms: number) => lead.setAhead((aheadMs += Math.max(0, ms))),
  };
  const targets = new Set<Target>();
  const children: ChildProcess[] = [];
  const server = createServer();
  let place: StorePlace | undefined;
  let emulator: Emulator | undefined;

  async function close(): Promise<void> {
    await drain(server);
    await Promise.all(children.map(ended));
    await emulator?.close();
    await place?.stop();
    lead.close();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const origin = `http://127.0.0.1:${await listen(server, ports)}`;
    const redirectUri = `${origin}/auth/spotify/callback`;
    const client = { clientId: "refrain-demo", clientSecret: randomBytes(24).toString("base64url") };
    const spotify = await startEmulator({ clients: [{ ...client, name: "Refrain demo", redirectUris: [redirectUri] }], now: clock.now, ...emulate });
    emulator = spotify;
    place = await startStorePlace(store, folder);
    const { address } = place;
    const common = {
      ...{ origin, emulatorUrl: spotify.origin, ...client, redirectUri },
      ...{ secret: randomBytes(32).toString("base64url"), address, clock: join(folder, "clock") },
    };
    await Promise.all(
      Array.from({ length: processes }, async (_, index) => {
        const settings: AppSettings = { number: index + 1, ...common };
        const child = fork(program, [JSON.stringify(settings)], { stdio: ["ignore", "ignore", lines, "ipc"] });
        children.push(child);
        const target = { number: settings.number, port: await portOf(child), requests: 0 };
        targets.add(target);
        child.once("exit", () => targets.delete(target));
      }),
    );
    const running = (): Target[] => [...targets].toSorted((one, other) => one.number - other.number);

    const app = express().disable("x-powered-by");
    app.use("/processes", everyAnswer(securityHeaders(origin, spotify.origin)));
    app.get("/processes", (_request, response) => response.send(processesPage({ running: running(), log: spotify.log, store: storeNames[store] })));
    app.post("/processes/expire", sameOrigin(origin), (_request, response) => {
      clock.advance(hourMs);
      response.redirect(303, "/processes");
    });
    app.use(roundRobin(running));
    server.on("request", app);
    return { origin, emulator: spotify, clock, address, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  const died = once(child, "exit").then(([code, signal]) => {
    throw new Error(`A process of the demo ended with ${String(code ?? signal)} before it listened.`);
  });
  const listening = once(child, "message").then(([port]) => Number(port));
  return Promise.race([listening, died]);
}

/** Lets a process finish what it is at. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (child.connected) child.disconnect();
  await exited;
}
