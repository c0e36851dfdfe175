import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shell } from "../shell.mjs";
import { nodes } from "../tarballs/nodes.mjs";
import { tarballs } from "../tarballs/tarballs.mjs";

const programs = fileURLToPath(new URL("../../packages/nestjs/test/packed/", import.meta.url));

/** Apps of Nest 11 are CommonJS, those of Nest 12 are modules. Each has its own major of GraphQL. */
const kinds = new Map([
  ["11", { type: "commonjs", graphql: "13" }],
  ["12", { type: "module", graphql: "14" }],
]);

/**
 * The packed Nest adapter signs users in on Express and on Fastify, and guards gateways and resolvers, with the oldest version of each major that it allows, on every
 * Node version. Counts each pair.
 */
export async function nest() {
  /** @type {string[]} */
  const failures = [];
  let passed = 0;
  for (const floor of await floors()) {
    const cwd = await projectWith(floor);
    for (const { version, path } of await nodes()) {
      const tries = shell(path, ["program.js"], { cwd }).then(() => shell(path, ["contexts.js"], { cwd }));
      await tries.then(
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
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ private: true, type: kind.type }));
  for (const file of ["program.ts", "contexts.ts"]) copyFileSync(join(programs, file), join(cwd, file));
  const ours = (await tarballs())
    .filter(({ manifest: { name } }) => ["@refrain/core", "@refrain/emulator", "@refrain/nestjs"].includes(name))
    .map(({ path }) => path);
  const parts = ["common", "core", "platform-express", "platform-fastify", "platform-socket.io", "platform-ws", "websockets"];
  const theirs = [...parts.map((name) => `@nestjs/${name}@${version}`), `@nestjs/apollo@${kind.graphql}`, `@nestjs/graphql@${kind.graphql}`];
  const others = ["@apollo/server@5", "@as-integrations/express5@1", "graphql@16", "reflect-metadata@0.2", "rxjs@7", "socket.io-client@4", "ws@8"];
  const types = ["@types/express@5", "@types/node@24", "@types/ws@8"];
  await shell("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...ours, ...theirs, ...others, ...types], { cwd });
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
  await shell("tsc", [...options, "program.ts", "contexts.ts"], { cwd });
  return cwd;
}
