import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished } from "vitest";

/** A program that runs until the test ends. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  said(): string;
  /** Resolves once it has written that. */
  says(pattern: RegExp): Promise<readonly string[]>;
  exit(): Promise<number | null>;
}

const { SPOTIFY_CLIENT_ID: _id, REFRAIN_SECRET: _secret, ...environment } = process.env;

export function runProgram(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProgram {
  const child = spawn(process.execPath, [program, ...args], { env: { ...environment, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const exited = once(child, "close");
  return {
    child,
    said: () => text,
    async says(pattern) {
      await expect.poll(() => text, { timeout: 20_000 }).toMatch(pattern);
      return pattern.exec(text) ?? [];
    },
    async exit() {
      await exited;
      return child.exitCode;
    },
  };
}
