import { ports, untilTold } from "demo-kit/program";
import { parseArgs } from "node:util";
import { startProcesses } from "./start-processes.js";
import { type StoreKind, storeKinds } from "./store-place.js";
import { walkProcesses } from "./walk-processes.js";

/** The options with which the demo runs in several processes: a part of its usage. */
export const processesUsage = `  --processes N     the app in N processes behind a round-robin, 1 to 16 (default: 4 with --store, else one, without a round-robin)
  --store KIND      what they share: sqlite, redis or postgres, a server of its own (default: sqlite)`;

/** Whether these arguments ask for it. */
export function asksForProcesses(args: readonly string[]): boolean {
  return args.some((arg) => /^--(?:processes|store)(?:=|$)/.test(arg));
}

/** Runs the demo in several processes: until it is told to stop, or with `--walk` through it. Sets the exit code. */
export async function runProcesses(): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { walk: { type: "boolean" }, port: { type: "string" }, processes: { type: "string" }, store: { type: "string" } },
  });
  const { processes = "4", store = "sqlite", port } = values;
  const count = Number(processes);
  if (!Number.isInteger(count) || count < 1 || count > 16) throw new Error("--processes is a number from 1 to 16.");
  if (!isStoreKind(store)) throw new Error(`--store is one of ${storeKinds.join(", ")}.`);
  if (values.walk === true) return (await walkProcesses(console.log, { store, processes: count })) ? 0 : 1;

  const demo = await startProcesses({ ports: ports(port), store, processes: count, emulate: {} });
  console.log(`Demo       ${demo.origin}`);
  console.log(`Processes  ${demo.origin}/processes shows which of the ${count} refreshed for whom`);
  console.log(`Emulator   ${demo.emulator.origin}`);
  console.log(`Grants     ${demo.address}`);
  console.log("Ctrl-C stops everything.");
  await untilTold();
  console.log("\nStopping.");
  await demo.close();
  return 0;
}

function isStoreKind(name: string): name is StoreKind {
  return (storeKinds as readonly string[]).includes(name);
}
