import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startupMessage } from "./postgres.js";
import { answersTo, type ServerProcess, startServerProcess } from "./server-process.js";

/** A PgBouncer of our own in front of a Postgres. */
export interface PgBouncer extends ServerProcess {
  readonly url: string;
}

/** Starts a PgBouncer in transaction mode in front of one database, with two server connections for all of its clients. */
export async function startPgBouncer(postgresPort: number, database = "postgres"): Promise<PgBouncer> {
  const server = await startServerProcess({
    command: process.env["PGBOUNCER"] ?? "pgbouncer",
    args: (port, folder) => {
      writeFileSync(join(folder, "users.txt"), '"refrain" ""\n', { mode: 0o644 });
      writeFileSync(join(folder, "pgbouncer.ini"), configuration(port, postgresPort, database, folder), { mode: 0o644 });
      return ["-q", join(folder, "pgbouncer.ini")];
    },
    signal: "SIGKILL",
    answers: (port) => answersTo(port, startupMessage("refrain", database), "server_version"),
  });
  return { ...server, url: `postgres://refrain@127.0.0.1:${server.port}/${database}` };
}

const configuration = (port: number, postgresPort: number, database: string, folder: string): string => `
[databases]
${database} = host=127.0.0.1 port=${postgresPort} user=refrain
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, "users.txt")}
pool_mode = transaction
default_pool_size = 2
server_login_retry = 0.1
ignore_startup_parameters = extra_float_digits
`;
