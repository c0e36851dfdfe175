// Makes the machine ready, builds a demo and runs it: npm run demo [-- --app express|next|nestjs] [-- arguments]
// A server that --store names is found or installed.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { foreground } from "./toolchain/foreground.mjs";
import { postgres } from "./services/postgres.mjs";
import { redis } from "./services/redis.mjs";
import { prepare } from "./toolchain/prepare.mjs";

const apps = ["express", "next", "nestjs"];
const servers = new Map([
  ["redis", redis],
  ["postgres", postgres],
]);
const { app, rest } = chosen(process.argv.slice(2));
if (apps.includes(app)) await run();
else {
  process.stderr.write(`--app is one of ${apps.join(", ")}.\n`);
  process.exitCode = 1;
}

async function run() {
  const env = prepare();
  const { values } = parseArgs({ args: [...rest], options: { store: { type: "string" } }, strict: false });
  const service = await servers.get(String(values.store))?.();
  process.once("exit", () => void service?.stop());
  const build = spawnSync(`turbo run build --filter=${app}-demo --output-logs=errors-only`, {
    env,
    shell: true,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (build.status === 0) {
    foreground("node", [`apps/${app}-demo/dist/demo.js`, ...rest], { ...env, ...service?.env });
  } else {
    process.stderr.write(build.stdout + build.stderr);
    process.exitCode = 1;
  }
}

/**
 * Which app, and what is left for it to read.
 *
 * @param {readonly string[]} args
 */
function chosen(args) {
  const { tokens } = parseArgs({ args: [...args], options: { app: { type: "string" } }, strict: false, tokens: true });
  const option = tokens.find((token) => token.kind === "option" && token.name === "app");
  if (option?.kind !== "option") return { app: "express", rest: args };
  const own = option.inlineValue === true ? [option.index] : [option.index, option.index + 1];
  return { app: option.value ?? "", rest: args.filter((_, index) => !own.includes(index)) };
}
