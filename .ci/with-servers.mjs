// Finds or installs the servers that tests start, then runs the command it is given: node .ci/with-servers.mjs <command> [arguments]
// Runs inside the toolchain: see with-toolchain.mjs.
import { pgbouncer } from "./services/pgbouncer.mjs";
import { eachPostgres, postgres } from "./services/postgres.mjs";
import { eachRedis, redis } from "./services/redis.mjs";
import { foreground } from "./toolchain/foreground.mjs";

const [command, ...args] = process.argv.slice(2);
if (command === undefined) throw new Error("Which command? node .ci/with-servers.mjs <command> [arguments]");
const env = { ...process.env };
for (const find of [redis, ...eachRedis, postgres, ...eachPostgres, pgbouncer]) {
  const service = await find();
  Object.assign(env, service.env);
  process.once("exit", () => void service.stop());
}
foreground(command, args, env);
