import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** What a package exports has a doc comment: it is the reference. Counts each export. */
export async function documented() {
  const entries = readdirSync(packages).flatMap((name) =>
    ["index.ts", "client/index.ts", "node/index.ts", "operations/index.ts", "pages/index.ts", "testing/index.ts"].map((entry) =>
      join(packages, name, "src", entry),
    ),
  );
  const exported = entries.filter(existsSync).flatMap(namesIn);
  const failures = exported
    .filter(({ name, file }) => !isDocumented(name, readFileSync(file, "utf8")))
    .map(({ name, file }) => `${file.slice(packages.length)}: ${name} has no doc comment`);
  return { passed: exported.length - failures.length, failed: failures.length, output: failures.join("\n") };
}

/**
 * @param {string} entry an index that lists each export by name
 * @returns {{ name: string, file: string }[]}
 */
function namesIn(entry) {
  const lists = [...readFileSync(entry, "utf8").matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)\.js";$/gm)];
  if (lists.length === 0) throw new Error(`${entry} lists no exports`);
  return lists.flatMap(([, names = "", from = ""]) =>
    names
      .split(",")
      .map((name) => name.trim().replace(/^type /, ""))
      .filter((name) => name !== "")
      .map((name) => ({ name, file: join(dirname(entry), `${from}.ts`) })),
  );
}

/**
 * @param {string} name
 * @param {string} source
 */
function isDocumented(name, source) {
  return new RegExp(`\\*/\\n(?:@[^\\n]*\\n)*export (?:declare )?(?:abstract )?(?:async )?(?:function|const|class|interface|type) ${name}\\b`).test(source);
}
