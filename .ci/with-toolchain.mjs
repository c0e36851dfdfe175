// Makes the machine ready, then runs the command it is given: node .ci/with-toolchain.mjs <command> [arguments]
import { foreground } from "./toolchain/foreground.mjs";
import { prepare } from "./toolchain/prepare.mjs";

const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error("Which command? node .ci/with-toolchain.mjs <command> [arguments]");
foreground(command, args, prepare());
