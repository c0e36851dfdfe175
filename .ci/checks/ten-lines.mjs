import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { shell } from "../shell.mjs";
import { nodes, runsOn } from "../tarballs/nodes.mjs";
import { project } from "../tarballs/project.mjs";
import { tarballs } from "../tarballs/tarballs.mjs";
import { onPort, tenLineProgram } from "../tarballs/ten-lines.mjs";

/** The README's program, compiled against the published types, signs a user in on every Node version that its packages support. Counts each version. */
export async function tenLines() {
  const { source, path } = tenLineProgram();
  const cwd = await project();
  const code = await compile(source, cwd);
  const used = (await tarballs()).filter(({ manifest }) => source.includes(`"${manifest.name}`));
  const versions = (await nodes()).filter(({ version }) => used.every(({ manifest }) => runsOn(version, manifest)));
  /** @type {string[]} */
  const failures = [];
  for (const { version, path: node } of versions) {
    const port = await freePort();
    const program = join(cwd, `ten-lines-${version}.js`);
    writeFileSync(program, onPort(code, port));
    await shell(node, [fileURLToPath(new URL("../tarballs/sign-in.mjs", import.meta.url)), program, String(port), path], { cwd }).catch((error) => {
      failures.push(`Node ${version}: ${error.message}`);
    });
  }
  return { passed: versions.length - failures.length, failed: failures.length, output: failures.join("\n\n") };
}

/**
 * @param {string} source
 * @param {string} cwd
 */
async function compile(source, cwd) {
  writeFileSync(join(cwd, "ten-lines.ts"), source);
  await shell("tsc", ["--strict", "--module", "nodenext", "--target", "es2023", "--types", "node", "--noEmitOnError", "ten-lines.ts"], { cwd });
  return readFileSync(join(cwd, "ten-lines.js"), "utf8");
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("No free port"))));
    });
    server.on("error", reject);
  });
}
