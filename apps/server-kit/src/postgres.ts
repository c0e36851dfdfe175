import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { existsSync, readdirSync } from "node:fs";
import { promisify } from "node:util";
import { answersTo, type ServerProcess, startServerProcess, unprivileged } from "./server-process.js";

/** A Postgres of our own, with one user and an empty database, both named `refrain`. */
export interface PostgresServer extends ServerProcess {
  readonly url: string;
}

/** Starts a Postgres that keeps what it acknowledged through {@link ServerProcess.restart}. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = postgresBin();
  const server = await startServerProcess({
    command: join(bin, "postgres"),
    args: (port, folder) => [
      ...["-D", join(folder, "data"), "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
      // The machine does not lose its power here.
      ...["-c", "fsync=off", "-c", "max_connections=200"],
    ],
    prepare: async (folder) => {
      const settings = ["--username=refrain", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
      await promisify(execFile)(join(bin, "initdb"), [...settings, "-D", join(folder, "data")], { cwd: "/", ...unprivileged });
    },
    signal: "SIGQUIT",
    answers: (port) => answersTo(port, startupMessage("refrain", "postgres"), "server_version"),
  });
  return { ...server, url: `postgres://refrain@127.0.0.1:${server.port}/postgres` };
}

function postgresBin(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [process.env["POSTGRES_BIN"], ...(process.env["PATH"] ?? "").split(delimiter), ...versions.map((version) => join(debian, version, "bin"))];
  const found = folders.find((folder) => folder !== undefined && existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  if (found === undefined) throw new Error("There is no Postgres. `npm test` finds or installs one; or name the folder of its programs in POSTGRES_BIN.");
  return found;
}

/** The first message of Postgres's protocol, version 3.0. See https://www.postgresql.org/docs/current/protocol-message-formats.html */
export function startupMessage(user: string, database: string): Uint8Array {
  const fields = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + fields.length, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, fields]);
}
