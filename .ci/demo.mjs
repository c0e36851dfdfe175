// Makes the machine ready, builds the demo and runs it: npm run demo [-- arguments]
import { spawnSync } from "node:child_process";
import { foreground } from "./toolchain/foreground.mjs";
import { prepare } from "./toolchain/prepare.mjs";

const env = prepare();
const build = spawnSync("turbo run build --filter=express-demo --output-logs=errors-only", {
  env,
  shell: true,
  encoding: "utf8",
  stdio: ["ignore", "pipe", "pipe"],
});
if (build.status === 0) {
  foreground("node", ["apps/express-demo/dist/demo.js", ...process.argv.slice(2)], env);
} else {
  process.stderr.write(build.stdout + build.stderr);
  process.exitCode = 1;
}
