import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type Major = "next" | "next15";

export interface Recipe {
  readonly major: Major;
  /** Of the folder `test/app`. @defaultValue all of it */
  readonly only?: readonly string[];
  /** What stands over it: files by their path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** An app in a folder of its own. */
export interface NextApp {
  readonly folder: string;
  /** Runs `next build` without any variable of ours. Resolves to what it printed. @throws Error with what it printed, when it fails */
  build(): Promise<string>;
  /** Runs `next start` on a port of its own. */
  start(env: Readonly<Record<string, string>>): Promise<NextServer>;
  remove(): Promise<void>;
}

export interface NextServer {
  readonly port: number;
  /** What it printed so far. */
  printed(): string;
  /** Asks it to end, as a platform does. */
  terminate(): void;
  /** What it ended with: a code or a signal. */
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
}

/** Lays out an app as its developer would have it: copies of our packages, links to what they and the app depend on. */
export async function nextApp({ major, only = ["."], files = {}, config = {} }: Recipe): Promise<NextApp> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "refrain-next-")));
  const app = join(root, "test/app");
  for (const part of only) await cp(join(app, part), join(folder, part), { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "config.json"), JSON.stringify({ ...config, turbopack: major === "next" }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  // Next 15 knows no TypeScript 7.
  if (major === "next15") await stripTypes(folder);
  await install(folder, major);
  const next = [join(folder, "node_modules/next/dist/bin/next")];
  const { PATH = "" } = process.env;
  const base = { PATH, NEXT_TELEMETRY_DISABLED: "1" };

  return {
    folder,
    async build() {
      const running = promisify(execFile)(process.execPath, [...next, "build"], { cwd: folder, env: base as unknown as NodeJS.ProcessEnv });
      const { stdout, stderr, failed } = await running.then(
        (printed) => ({ ...printed, failed: false }),
        (error: { stdout: string; stderr: string }) => ({ ...error, failed: true }),
      );
      if (failed) throw new Error(`next build failed:\n${stdout}${stderr}`);
      return stdout + stderr;
    },
    async start(env) {
      const args = [...next, "start", "-p", "0", "-H", "127.0.0.1"];
      const child = spawn(process.execPath, args, { cwd: folder, env: { ...base, ...env } as unknown as NodeJS.ProcessEnv, stdio: ["ignore", "pipe", "pipe"] });
      const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
      const kill = (): void => void child.kill("SIGKILL");
      process.once("exit", kill);
      let printed = "";
      const port = await new Promise<number>((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
          createInterface(stream).on("line", (line) => {
            printed += `${line}\n`;
            const at = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
            if (at !== undefined) resolve(Number(at));
          });
        }
        void ended.then((end) => reject(new Error(`next start ended with ${end}:\n${printed}`)));
      });
      return {
        port,
        printed: () => printed,
        terminate: () => void child.kill("SIGTERM"),
        ended,
        async stop() {
          kill();
          await ended;
          process.off("exit", kill);
        },
      };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function install(folder: string, major: Major): Promise<void> {
  const modules = join(folder, "node_modules");
  for (const name of ["core", "next", "sqlite"]) {
    const from = join(root, "..", name);
    for (const part of ["package.json", "dist"]) await cp(join(from, part), join(modules, "@refrain", name, part), { recursive: true });
  }
  const links: Readonly<Record<string, readonly string[]>> = {
    "packages/core": ["jose", "limiter", "oauth4webapi"],
    "packages/next": ["react", "react-dom", "server-only", "@types/react", "@types/react-dom"],
    ".": ["typescript", "@types/node"],
  };
  await mkdir(join(modules, "@types"), { recursive: true });
  for (const [at, names] of Object.entries(links))
    for (const name of names) await symlink(await realpath(join(root, "../..", at, "node_modules", name)), join(modules, name));
  await symlink(await realpath(join(root, "node_modules", major)), join(modules, "next"));
}

async function stripTypes(folder: string): Promise<void> {
  await rm(join(folder, "tsconfig.json"), { force: true });
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const file = join(folder, name);
    await writeFile(file.replace(/\.ts$/, ".js"), stripTypeScriptTypes(await readFile(file, "utf8")));
    await rm(file);
  }
}
