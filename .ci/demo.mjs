// Makes the machine ready, builds a demo and runs it: npm run demo [-- --app express|next|nestjs] [-- arguments]
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { foreground } from "./toolchain/foreground.mjs";
import { prepare } from "./toolchain/prepare.mjs";

const apps = ["express", "next", "nestjs"];
const { app, rest } = chosen(process.argv.slice(2));
if (apps.includes(app)) run();
else {
  process.stderr.write(`--app is one of ${apps.join(", ")}.\n`);
  process.exitCode = 1;
}

function run() {
  const env = prepare();
  const build = spawnSync(`turbo run build --filter=${app}-demo --output-logs=errors-only`, {
    env,
    shell: true,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (build.status === 0) {
    foreground("node", [`apps/${app}-demo/dist/demo.js`, ...rest], env);
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
