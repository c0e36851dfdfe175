import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("the README has at most 80 lines, and its code compiles as a stranger would write it", { timeout: 60_000 }, async () => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(80);
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? "");
  expect(blocks.length).toBeGreaterThanOrEqual(2);

  const folder = await mkdtemp(join(tmpdir(), "refrain-readme-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await link(folder, "@refrain/express", root);
  for (const name of ["@refrain/core", "@refrain/sqlite", "express", "@types/express"]) await link(folder, name, join(root, "node_modules", name));
  await link(folder, "@types/node", join(root, "../../node_modules/@types/node"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const files = blocks.map((_, index) => join(folder, `block-${index}.ts`));
  for (const [index, file] of files.entries()) await writeFile(file, blocks[index] ?? "");

  const options = ["--noEmit", "--strict", "--target", "es2023", "--module", "nodenext", "--types", "node", "--skipLibCheck"];
  const tsc = join(root, "../../node_modules/.bin/tsc");
  const { stdout } = await promisify(execFile)(tsc, [...options, ...files], { cwd: folder }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});

async function link(folder: string, name: string, target: string): Promise<void> {
  const path = join(folder, "node_modules", name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path, "dir");
}
