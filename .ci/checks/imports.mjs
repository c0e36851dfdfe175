import { nodes, runsOn } from "../tarballs/nodes.mjs";
import { project } from "../tarballs/project.mjs";
import { tarballs } from "../tarballs/tarballs.mjs";
import { shell } from "../shell.mjs";

/** Every entry of every package loads by import and by require, on every Node version that it supports. Counts each version. */
export async function imports() {
  const cwd = await project();
  const packed = await tarballs();
  const tries = (await nodes()).map(async ({ version, path }) => {
    const entries = packed.filter(({ manifest }) => runsOn(version, manifest)).flatMap(({ manifest }) => entriesOf(manifest));
    const program = `for (const entry of ${JSON.stringify(entries)}) { await import(entry); process.getBuiltinModule("module").createRequire(process.cwd() + "/x.js")(entry); }`;
    await shell(path, ["--input-type=module", "--eval", program], { cwd }).catch((error) => {
      throw new Error(`Node ${version}: ${error.message}`);
    });
  });
  const failures = (await Promise.allSettled(tries)).filter((result) => result.status === "rejected");
  return { passed: tries.length - failures.length, failed: failures.length, output: failures.map(({ reason }) => reason.message).join("\n\n") };
}

/**
 * `@refrain/core/testing` loads only inside vitest, where the tests of the stores load it, and the main entry of `@refrain/next` only inside Next, where its tests load it.
 *
 * @param {import("../tarballs/tarballs.mjs").Manifest} manifest
 */
function entriesOf({ name, exports }) {
  return Object.keys(exports)
    .map((path) => name + path.slice(1))
    .filter((entry) => entry !== "@refrain/core/testing" && entry !== "@refrain/next");
}
