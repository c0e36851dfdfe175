import { ports, untilTold } from "demo-kit/program";
import { walk } from "demo-kit/walk/walk";
import { parseArgs } from "node:util";
import { startDemo } from "./start-demo.js";
import { steps } from "./walk-steps.js";

const usage = `Usage: npm run demo -- --app next [options]

  --walk      walk through it: sign in, expire, break, recover, allow more, sign out; exit 1 at the first surprise
  --port N    listen on 127.0.0.1:N, 0 for any (default: 3000, or the next free one)

It signs in at a local emulator, whose page lets time pass and lets things go wrong.`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { walk: { type: "boolean" }, port: { type: "string" }, help: { type: "boolean" } } });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  if (values.walk === true) return (await walk((emulate) => startDemo({ ports: [0], emulate, log: () => {} }), steps, console.log)) ? 0 : 1;

  const demo = await startDemo({ ports: ports(values.port) });
  console.log(`Demo       ${demo.origin}`);
  console.log(`Emulator   ${demo.emulator.origin}`);
  console.log(`Grants     ${demo.database}`);
  console.log("Ctrl-C stops everything.");
  const ended = await Promise.race([untilTold(), demo.ended]);
  console.log(ended === undefined ? "\nStopping." : ended);
  await demo.close();
  return ended === undefined ? 0 : 1;
}
