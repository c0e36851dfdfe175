// Makes the machine ready, builds the bench and runs it: npm run bench [-- options] [section …]
// Servers are found or installed when a section needs them.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { foreground } from "./toolchain/foreground.mjs";
import { postgres } from "./services/postgres.mjs";
import { redis } from "./services/redis.mjs";
import { prepare } from "./toolchain/prepare.mjs";

const withoutServers = new Set(["calls", "refreshes", "start", "sizes"]);
const args = process.argv.slice(2);
const { values, positionals: sections } = parseArgs({ args, options: { svg: { type: "string" }, help: { type: "boolean" } }, strict: false });
const needsServers = values.help !== true && (sections.length === 0 || sections.some((name) => !withoutServers.has(name)));

const env = prepare();
// What is printed may be read by a program.
const build = spawnSync("turbo run build --filter=bench --output-logs=errors-only", { env, shell: true, stdio: ["ignore", 2, 2] });
if (build.status === 0) {
  for (const find of needsServers ? [redis, postgres] : []) {
    const service = await find();
    Object.assign(env, service.env);
    process.once("exit", () => void service.stop());
  }
  foreground("node", ["apps/bench/dist/bench.js", ...args], env);
} else {
  process.exitCode = 1;
}
