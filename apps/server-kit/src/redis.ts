import { answersTo, type ServerProcess, startServerProcess } from "./server-process.js";

/** A Redis of our own. */
export interface RedisServer extends ServerProcess {
  readonly url: string;
}

/**
 * Starts a Redis that keeps what it acknowledged through {@link ServerProcess.restart}.
 *
 * @param settings further lines of its configuration, as arguments: `["--maxmemory", "50mb"]`; asked for at every start
 */
export async function startRedis(settings: (port: number) => readonly string[] = () => []): Promise<RedisServer> {
  const server = await startServerProcess({
    command: process.env["REDIS_SERVER"] ?? "redis-server",
    args: (port, folder) => [
      ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"],
      // Written before it is acknowledged, which the default, everysec, is not while the disk is slow; and the machine does not lose its power here.
      ...["--appendfsync", "no"],
      // A replica is waited for by nobody else, and what a test sets is safe from nobody.
      ...["--repl-diskless-sync-delay", "0", "--enable-protected-configs", "local"],
      ...settings(port),
    ],
    signal: "SIGKILL",
    answers: (port) => answersTo(port, "PING\r\n", "+PONG"),
  });
  return { ...server, url: `redis://127.0.0.1:${server.port}` };
}
