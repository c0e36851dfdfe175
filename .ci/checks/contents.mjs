import { tarballs } from "../tarballs/tarballs.mjs";

/** What each package may bring along. A new runtime dependency is a decision: it is made here. */
const dependencies = new Map([
  ["@refrain/core", ["jose", "limiter", "oauth4webapi"]],
  ["@refrain/emulator", []],
  ["@refrain/express", ["@refrain/core"]],
  ["@refrain/nestjs", ["@refrain/core"]],
  ["@refrain/next", ["@refrain/core", "server-only"]],
  ["@refrain/postgres", []],
  ["@refrain/redis", []],
  ["@refrain/sqlite", []],
]);

/** Published packages hold compiled code, README and LICENSE, and nothing else. */
export async function contents() {
  const wrong = (await tarballs()).flatMap((tarball) => mistakes(tarball).map((mistake) => `${tarball.manifest.name}: ${mistake}`));
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/**
 * @param {import("../tarballs/tarballs.mjs").Tarball} tarball
 * @returns {string[]}
 */
function mistakes({ files, manifest }) {
  const expected = dependencies.get(manifest.name)?.join(", ");
  const found = Object.keys(manifest.dependencies ?? {})
    .toSorted()
    .join(", ");
  return [
    ...["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"].filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files
      .filter((file) => !/^(?:package\.json|README\.md|LICENSE|dist\/.+(?<!\.test)\.(?:js|d\.ts))$/.test(file))
      .map((file) => `${file} does not belong in it`),
    ...(JSON.stringify(manifest).includes("workspace:") ? ["package.json still speaks of workspace:"] : []),
    ...(JSON.stringify(manifest).includes("catalog:") ? ["package.json still speaks of catalog:"] : []),
    ...(found === expected ? [] : [`depends on [${found}], expected [${expected ?? "an entry in contents.mjs"}]`]),
  ];
}
