import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** `next start` in a process of its own. */
export interface App {
  /** Resolves when it has ended without being asked to, to a sentence. */
  readonly ended: Promise<string>;
  /** Lets requests finish, then ends it. */
  close(): Promise<void>;
}

const folder = fileURLToPath(new URL("../", import.meta.url));
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");

/** Requests end in this time. A connection that a browser opened ahead and asked nothing on yet holds Next for a minute and more. */
const graceMs = 5_000;

/** Serves the app as `next build` left it, and resolves once it answers. */
export async function startApp(port: number, log: (line: string) => void, variables: Readonly<Record<string, string>>): Promise<App> {
  if (!existsSync(`${folder}.next/BUILD_ID`)) throw new Error("The app is not built. Run `npm run build` first.");
  const child = spawn(process.execPath, [next, "start", "--hostname", "127.0.0.1", "--port", String(port)], {
    cwd: folder,
    env: { ...process.env, ...variables, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const gone = once(child, "close");
  let closing = false;
  const ended = new Promise<string>((resolve) => {
    void gone.then(() => closing || resolve(`The app ended with ${child.exitCode ?? child.signalCode}.\n${said}`));
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    log(chunk.toString().trimEnd());
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Ready in")) resolve();
    });
  });
  const early = await Promise.race([ready, ended]);
  if (early !== undefined) throw new Error(early);
  return {
    ended,
    async close() {
      closing = true;
      child.kill("SIGTERM");
      // As platforms do with a process that was asked to end and does not.
      const late = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await gone;
      clearTimeout(late);
    },
  };
}
