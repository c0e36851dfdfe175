import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, mkdirSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A program of our own that listens on a port of 127.0.0.1. */
export interface ServerProcess {
  readonly port: number;
  /** Where its data lie. */
  readonly folder: string;
  /** Ends the program at once, as a crash would, and starts it again on the same port and folder. */
  restart(): Promise<void>;
  /** Ends the program as a crash would. */
  kill(): Promise<void>;
  /** Starts it again after {@link kill}. */
  start(): Promise<void>;
  /** Ends the program and removes its folder. */
  stop(): Promise<void>;
}

/** What to run, and how to end it and all it has started. */
export interface ServerProgram {
  readonly command: string;
  readonly args: (port: number, folder: string) => readonly string[];
  /** Prepares the folder, once. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** Ends it as a crash would. */
  readonly signal: NodeJS.Signals;
  /** Says that it serves; a port that is open is not enough for every program. */
  readonly answers: (port: number) => Promise<boolean>;
}

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
/** As whom programs run that refuse to be root. */
export const unprivileged: { uid?: number; gid?: number } = isRoot ? { uid: nobody, gid: nobody } : {};

/** Starts a program on a free port with a folder of its own. It ends with this process at the latest. */
export async function startServerProcess(program: ServerProgram): Promise<ServerProcess> {
  const { port, folder } = await freePort();
  if (isRoot) chownSync(folder, nobody, nobody);
  let child: ChildProcess | undefined;
  const end = (): void => {
    child?.kill(program.signal);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", end);

  const server: ServerProcess = {
    port,
    folder,
    async start() {
      let output = "";
      let running = true;
      const started = spawn(program.command, program.args(port, folder), { stdio: ["ignore", "pipe", "pipe"], ...unprivileged });
      for (const stream of [started.stdout, started.stderr]) stream.on("data", (text) => (output = `${output}${text}`.slice(-4000)));
      started.on("error", (error) => (output += error.message));
      started.on("close", () => (running = false));
      child = started;
      for (let tries = 0; !(await program.answers(port)); tries++) {
        if (!running || tries > 500) throw new Error(`${program.command} does not start. \`npm test\` finds or installs it.\n${output}`);
        await sleep(20);
      }
    },
    async kill() {
      const ended = child;
      child = undefined;
      if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
      const closed = new Promise((resolve) => ended.once("close", resolve));
      ended.kill(program.signal);
      await closed;
    },
    async restart() {
      await server.kill();
      await server.start();
    },
    async stop() {
      await server.kill();
      process.off("exit", end);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await program.prepare?.(folder);
    await server.start();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Sends a text to a port and says whether the answer contains another. */
export function answersTo(port: number, question: string | Uint8Array, answer: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => void socket.write(question));
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.on("data", (data) => settle(data.includes(answer)));
    socket.on("error", () => settle(false));
    socket.on("close", () => settle(false));
    socket.setTimeout(1000, () => settle(false));
  });
}

/**
 * A port of 127.0.0.1 that nobody listens on, and a new folder, by which others who look for a port know that it is taken before anybody listens. Ten thousand above, where a Redis Cluster has its second port, is below the
 * ports that outgoing connections get.
 */
async function freePort(): Promise<{ port: number; folder: string }> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 10_000);
    const folder = join(tmpdir(), `refrain-server-${port}`);
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    if ((await isFree(port)) && (await isFree(port + 10_000))) return { port, folder };
    rmSync(folder, { recursive: true });
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
