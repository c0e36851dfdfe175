import { createClient } from "graphql-ws";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Stage } from "./stage.js";

export interface Heard {
  /** What comes next. */
  next(): Promise<unknown>;
  /** How it ended: `completed`, the errors that were told, or how the socket was closed. */
  readonly ended: Promise<unknown>;
}

/** A subscription to `tick`, as graphql-ws makes one. */
export function subscribe({ origin }: Pick<Stage, "origin">, cookie: string, from: string = origin, connectionParams = {}): Heard {
  class WithCookie extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers: { cookie, origin: from } });
    }
  }
  const client = createClient({ url: `${origin.replace("http", "ws")}/graphql`, webSocketImpl: WithCookie, retryAttempts: 0, connectionParams });
  onTestFinished(() => void client.dispose());
  const heard = client.iterate({ query: "subscription { tick }" });
  const waiting: ((result: unknown) => void)[] = [];
  const read = async (): Promise<unknown> => {
    try {
      for await (const result of heard) waiting.shift()?.(result);
      return "completed";
    } catch (error) {
      return error;
    }
  };
  return { ended: read(), next: () => new Promise((resolve) => waiting.push(resolve)) };
}
