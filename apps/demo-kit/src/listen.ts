import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens on the first of these ports of 127.0.0.1 that is free, 0 for any. Resolves to the port. */
export async function listen(server: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    if (await tryPort(server, port)) return (server.address() as AddressInfo).port;
  }
  throw new Error(`Port ${ports.join(", ")} on 127.0.0.1 is taken. Choose another one: --port N, or --port 0 for any.`);
}

function tryPort(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    };
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", failed);
      resolve(true);
    });
  });
}

const drainMs = 3000;
const lookEveryMs = 50;

/** Takes no more connections and resolves once the last request is answered; after 3 s what is still open is cut. */
export async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // An answer that had begun before may have promised that its connection stays.
  const idle = setInterval(() => server.closeIdleConnections(), lookEveryMs);
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
