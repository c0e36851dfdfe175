import type { AppProcess } from "./fleet.js";
import type { StoreServer } from "./store-server.js";

/** What can go wrong between processes and their store. */
interface StoreFault {
  /** Until it is mended; else it is over when it has happened. */
  readonly lasts: boolean;
  /** It happens to the next request of one process, which must not be somebody else's. */
  readonly strikesNext?: boolean;
  /** @returns what mends it */
  begin(server: StoreServer, at: AppProcess): Promise<() => unknown>;
}

const nothing = (): void => undefined;

/** As sentences say them. */
export const storeFaults = {
  "the next request is lost": {
    lasts: false,
    strikesNext: true,
    async begin(server, { number }) {
      server.wire(number).cutNext("request");
      return nothing;
    },
  },
  "the next request is done, and its answer is lost": {
    lasts: false,
    strikesNext: true,
    async begin(server, { number }) {
      server.wire(number).cutNext("answer");
      return nothing;
    },
  },
  "connections are cut": {
    lasts: false,
    async begin({ wires }) {
      for (const wire of wires) await wire.cut();
      return nothing;
    },
  },
  "the server ends all connections": {
    lasts: false,
    async begin(server) {
      await server.dropClients();
      return nothing;
    },
  },
  "the server is restarted": {
    lasts: false,
    async begin(server) {
      await server.restart();
      return nothing;
    },
  },
  "the server is away": {
    lasts: true,
    async begin(server) {
      await server.kill();
      return () => server.start();
    },
  },
  "connections are refused": {
    lasts: true,
    async begin({ wires }) {
      for (const wire of wires) wire.refuse();
      return () => wires.forEach((wire) => wire.resume());
    },
  },
  "requests arrive late": {
    lasts: true,
    async begin({ wires }) {
      for (const wire of wires) wire.hang();
      return () => wires.forEach((wire) => wire.resume());
    },
  },
  "requests are done, and answered late": {
    lasts: true,
    async begin({ wires }) {
      for (const wire of wires) wire.hang("answers");
      return () => wires.forEach((wire) => wire.resume());
    },
  },
  "no connection is left": { lasts: true, begin: (server) => server.exhaust() },
} as const satisfies Readonly<Record<string, StoreFault>>;

export type StoreFaultName = keyof typeof storeFaults;
export const storeFaultNames = Object.keys(storeFaults) as readonly StoreFaultName[];

export function storeFault(name: StoreFaultName): StoreFault {
  return storeFaults[name];
}
