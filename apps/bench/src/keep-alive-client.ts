import { connect, type Socket } from "node:net";

/**
 * Sends GET requests over so many connections that stay open, one at a time on each, and as little else as possible: the machine is the server's. Several ports get a connection in turn.
 *
 * @param headers Called for each request.
 * @returns Requests per second.
 * @throws Error at the first answer that is not 200.
 */
export async function load({ ports, path, headers, requests, connections, staysAwake = false }: Load): Promise<number> {
  let left = requests;
  const next = (): string | null => (left-- > 0 ? `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers()}\r\n` : null);
  const startedAt = performance.now();
  const rest = staysAwake ? stayAwake() : () => undefined;
  await Promise.all(Array.from({ length: connections }, (_, index) => converse(connect(ports[index % ports.length] ?? 0, "127.0.0.1").setNoDelay(), next)));
  rest();
  return requests / ((performance.now() - startedAt) / 1000);
}

/** Keeps a core busy until what is returned is called. */
function stayAwake(): () => void {
  let awake = true;
  const turn = (): void => void (awake && setImmediate(turn));
  turn();
  return () => void (awake = false);
}

export interface Load {
  readonly ports: readonly number[];
  readonly path: string;
  readonly headers: () => string;
  readonly requests: number;
  readonly connections: number;
  /** Who sleeps has to be woken, which is work of the server's that answers, and the slower it is the more often. For servers that need not share the cores with the sender. @defaultValue false */
  readonly staysAwake?: boolean;
}

function converse(socket: Socket, next: () => string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = "";
    const send = (): void => {
      const request = next();
      if (request === null) socket.end(resolve);
      else socket.write(request);
    };
    socket.setEncoding("latin1");
    socket.on("error", reject);
    socket.on("connect", send);
    socket.on("close", () => reject(new Error("The server closed the connection.")));
    socket.on("data", (text: string) => {
      received += text;
      if (!isWhole(received)) return;
      if (!received.startsWith("HTTP/1.1 200 ")) socket.destroy(new Error(`The server answered ${received.slice(0, 200)}`));
      received = "";
      send();
    });
  });
}

/** Express names the length of what it sends. */
function isWhole(received: string): boolean {
  const head = received.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1];
  if (length === undefined) throw new Error("An answer without a length.");
  return received.length >= head + 4 + Number(length);
}
