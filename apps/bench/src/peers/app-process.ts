import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { obey } from "../child.js";
import { makeDateMovable } from "./movable-date.js";
import { loadPeer } from "./peers.js";
import type { Setting } from "./peer.js";

export type AppOrder = Start | { readonly advanceMs: number } | { readonly report: "cpu" };

interface Start extends Omit<Setting, "origin"> {
  readonly start: string;
  /** The first process's; absent where this is it. */
  readonly origin?: string;
  /** Whether time will be moved. A clock that can be costs more to read than one that cannot. */
  readonly movable: boolean;
}

export type AppAnswer = { readonly origin: string } | { readonly cpuMicroseconds: number };

let advance = (_ms: number): void => {
  throw new Error("This process was started with a clock that cannot be moved.");
};

obey(async (order: AppOrder): Promise<AppAnswer | object> => {
  if ("start" in order) return start(order);
  if ("advanceMs" in order) {
    advance(order.advanceMs);
    return {};
  }
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system };
});

async function start({ start: id, movable, origin, ...setting }: Start): Promise<AppAnswer> {
  if (movable) advance = makeDateMovable();
  // Some libraries write a line for each refresh that fails, and thousands do.
  Object.assign(console, { warn: silent, log: silent });
  const peer = await loadPeer(id);
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => void server.once("listening", resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on("request", (await peer.build({ ...setting, origin: origin ?? own })) as RequestListener);
  Object.assign(console, { error: silent });
  return { origin: own };
}

function silent(): void {}
