import { createConnection, createServer, type Server, type Socket } from "node:net";

/** A wire between a client and a server, in the hands of a test. */
export interface Proxy {
  /** Where the first of the servers is found. */
  readonly port: number;
  /** Where each is found, in the order in which they were named. */
  readonly ports: readonly number[];
  /** Drops every connection. New ones are taken. */
  cut(): Promise<void>;
  /** Drops all connections as soon as one of them carries a request, which does not arrive; or the answer to one, which does not arrive while the request did. */
  cutNext(at: "request" | "answer"): void;
  /** Whether {@link cutNext} is still waiting for its request. */
  armed(): boolean;
  /** Takes what is sent, and new connections, and passes nothing on in either direction; or passes requests on, and holds back the answers. */
  hang(what?: "everything" | "answers"): void;
  /** How many pieces are held back. */
  held(): number;
  /** Drops every connection, and each new one at once. */
  refuse(): void;
  /** Passes on what was held back, also of clients that have left, and from then on everything. */
  resume(): void;
  close(): Promise<void>;
}

interface Wire {
  readonly client: Socket;
  readonly server: Socket;
  asked: boolean;
}

/** Puts a wire in front of ports of 127.0.0.1. What happens to one of them happens to all. */
export async function startProxy(...targets: readonly number[]): Promise<Proxy> {
  const wires = new Set<Wire>();
  let held: { readonly what: "everything" | "answers"; readonly pieces: (() => void)[] } | undefined;
  let refusing = false;
  let armed: "request" | "answer" | undefined;

  function drop(): void {
    armed = undefined;
    for (const { client, server } of wires) {
      client.destroy();
      server.destroy();
    }
    wires.clear();
  }

  function carry(wire: Wire, data: Buffer, from: "request" | "answer"): void {
    if (held !== undefined && (held.what === "everything" || from === "answer")) {
      held.pieces.push(() => carry(wire, data, from));
      return;
    }
    if (armed === "request" && from === "request") return drop();
    if (armed === "answer" && from === "request") wire.asked = true;
    // What a server says unasked, to a subscriber for one, waits for the connections to be dropped: it might tell of the request.
    if (armed === "answer" && from === "answer") return wire.asked ? drop() : undefined;
    (from === "request" ? wire.server : wire.client).write(data);
  }

  const connect =
    (target: number) =>
    (client: Socket): void => {
      if (refusing) return void client.resetAndDestroy();
      const server = createConnection(target, "127.0.0.1");
      const wire: Wire = { client, server, asked: false };
      wires.add(wire);
      client.on("data", (data) => carry(wire, data, "request"));
      server.on("data", (data) => carry(wire, data, "answer"));
      server.on("error", () => client.destroy());
      server.on("close", () => {
        client.destroy();
        wires.delete(wire);
      });
      client.on("error", () => undefined);
      // What a client had sent when it left is still on its way.
      client.on("close", () => void (held?.what === "everything" ? held.pieces.push(() => server.end()) : server.end()));
    };
  const listeners = targets.map((target) => createServer(connect(target)));
  const ports = await Promise.all(listeners.map(listen));

  return {
    port: ports[0] ?? 0,
    ports,
    async cut() {
      drop();
    },
    cutNext(at) {
      for (const wire of wires) wire.asked = false;
      armed = at;
    },
    armed: () => armed !== undefined,
    hang(what = "everything") {
      held = { what, pieces: held?.pieces ?? [] };
    },
    held: () => held?.pieces.length ?? 0,
    refuse() {
      refusing = true;
      drop();
    },
    resume() {
      const waiting = held?.pieces ?? [];
      held = undefined;
      refusing = false;
      for (const pass of waiting) pass();
    },
    async close() {
      held = undefined;
      const closed = listeners.map((listener) => new Promise((resolve) => listener.close(resolve)));
      drop();
      await Promise.all(closed);
    },
  };
}

function listen(listener: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = listener.address();
      if (address === null || typeof address === "string") reject(new Error("The proxy listens on no port."));
      else resolve(address.port);
    });
  });
}
