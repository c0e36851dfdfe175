import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { NestDemo } from "./demo.js";

export interface Frame {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** What a live page's script has: a socket to the gateway, with this cookie, which asks to follow. */
export interface LiveSocket {
  /** What comes next. */
  hear(): Promise<Frame>;
  /** The code that it is closed with. */
  readonly closed: Promise<number>;
  leave(): Promise<number>;
}

export async function openLive({ origin }: NestDemo, cookie: string): Promise<LiveSocket> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/now-playing`, { origin, headers: { cookie } });
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  const wakes: (() => void)[] = [];
  socket.on("message", (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Frame);
    wakes.shift()?.();
  });
  const closed = once(socket, "close").then(([code]) => code as number);
  await once(socket, "open");
  socket.send(JSON.stringify({ event: "follow" }));
  return {
    closed,
    async hear() {
      if (frames.length === 0) await new Promise<void>((resolve) => void wakes.push(resolve));
      const frame = frames.shift();
      if (frame === undefined) throw new Error("Nothing was heard.");
      return frame;
    },
    leave() {
      socket.close();
      return closed;
    },
  };
}
