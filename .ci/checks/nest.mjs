import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shell } from "../shell.mjs";
import { nodes } from "../tarballs/nodes.mjs";
import { tarballs } from "../tarballs/tarballs.mjs";

const program = fileURLToPath(new URL("../../packages/nestjs/test/packed/program.ts", import.meta.url));

/** Apps of Nest 11 are CommonJS, those of Nest 12 are modules. */
const kinds = new Map([
  ["11", "commonjs"],
  ["12", "module"],
]);

/** The packed Nest adapter signs users in on Express and on Fastify, with the oldest version of each major that it allows, on every Node version. Counts each pair. */
export async function nest() {
  /** @type {string[]} */
  const failures = [];
  let passed = 0;
  for (const floor of await floors()) {
    const cwd = await projectWith(floor);
    for (const { version, path } of await nodes()) {
      await shell(path, ["program.js"], { cwd }).then(
        () => passed++,
        (error) => failures.push(`Nest ${floor} on Node ${version}: ${error.message}`),
      );
    }
  }
  return { passed, failed: failures.length, output: failures.join("\n\n") };
}

/** As the peer range has it: `^11.1.2 || ^12.0.1`. */
async function floors() {
  const manifest = (await tarballs()).find(({ manifest: { name } }) => name === "@refrain/nestjs")?.manifest;
  const range = manifest?.peerDependencies?.["@nestjs/core"] ?? "";
  const found = range.split(" || ").map((part) => /^\^(\d+\.\d+\.\d+)$/.exec(part)?.[1] ?? "");
  if (found.length !== kinds.size || found.includes(""))
    throw new Error(`The peer range of @nestjs/core is ${range}; expected a floor for each major of ${[...kinds.keys()].join(" and ")}.`);
  return found;
}

/**
 * A new project as a user of that version would begin one, with the program compiled in it.
 *
 * @param {string} version
 */
async function projectWith(version) {
  const kind = kinds.get(version.split(".")[0] ?? "");
  if (kind === undefined) throw new Error(`What kind of modules Nest ${version} is made of is not known.`);
  const cwd = mkdtempSync(join(tmpdir(), "refrain-nest-"));
  process.once("exit", () => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ private: true, type: kind }));
  copyFileSync(program, join(cwd, "program.ts"));
  const ours = (await tarballs())
    .filter(({ manifest: { name } }) => ["@refrain/core", "@refrain/emulator", "@refrain/nestjs"].includes(name))
    .map(({ path }) => path);
  const theirs = ["common", "core", "platform-express", "platform-fastify"].map((name) => `@nestjs/${name}@${version}`);
  await shell(
    "npm",
    ["install", "--no-audit", "--no-fund", "--loglevel=error", ...ours, ...theirs, "reflect-metadata@0.2", "rxjs@7", "@types/node@24", "@types/express@5"],
    { cwd },
  );
  const options = [
    "--strict",
    "--skipLibCheck",
    "--experimentalDecorators",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--types",
    "node",
    "--noEmitOnError",
  ];
  await shell("tsc", [...options, "program.ts"], { cwd });
  return cwd;
}
