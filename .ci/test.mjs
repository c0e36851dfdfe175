// Runs every check and every test, or the checks named as arguments: npm test [-- lint types]
// Runs inside the toolchain: see with-toolchain.mjs.
import { attw } from "./checks/attw.mjs";
import { boundaries } from "./checks/boundaries.mjs";
import { build } from "./checks/build.mjs";
import { contents } from "./checks/contents.mjs";
import { documented } from "./checks/documented.mjs";
import { format } from "./checks/format.mjs";
import { imports } from "./checks/imports.mjs";
import { knip } from "./checks/knip.mjs";
import { lint } from "./checks/lint.mjs";
import { nest } from "./checks/nest.mjs";
import { lockfile } from "./checks/lockfile.mjs";
import { loopback } from "./checks/loopback.mjs";
import { publint } from "./checks/publint.mjs";
import { size } from "./checks/size.mjs";
import { tenLines } from "./checks/ten-lines.mjs";
import { types } from "./checks/types.mjs";
import { vitest } from "./checks/vitest.mjs";
import { workflows } from "./checks/workflows.mjs";
import { readmes } from "./checks/readmes.mjs";
import { report } from "./report.mjs";

/** In this order. A check passes by returning, fails by throwing, or returns its own counts. */
const checks = [
  format,
  lockfile,
  workflows,
  build,
  lint,
  loopback,
  types,
  documented,
  boundaries,
  knip,
  vitest,
  size,
  contents,
  publint,
  attw,
  imports,
  readmes,
  tenLines,
  nest,
];

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

const names = process.argv.slice(2);
const unknown = names.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) throw new Error(`No such check: ${unknown.join(", ")}. There are ${checks.map((check) => check.name).join(", ")}.`);

const chosen = names.length === 0 ? checks : checks.filter((check) => names.includes(check.name));
process.exitCode = await report(chosen);
