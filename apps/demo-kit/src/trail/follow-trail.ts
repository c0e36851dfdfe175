import type { Clock } from "@refrain/core";
import { connection, type Connection } from "../pages/connection.js";
import { trailStep } from "./trail-list.js";
import type { Step, Trail } from "./trail.js";

/** A server-sent event for the live script: markup on one line. */
export interface TrailMessage {
  /** The last step before or at it. */
  readonly id: string;
  readonly type: "step" | "connection";
  readonly data: string;
}

export interface Following {
  readonly trail: Trail;
  readonly clock: Clock;
  /** What the reader has seen already: the id of the last step. */
  readonly after: number;
  /** How the connection stands now. `null` = the session is over; what it throws is passed over. */
  connection(): Promise<Connection | null>;
}

/** Sends each new step, and after it the connection as it then is. Returns what ends it. */
export function followTrail({ trail, clock, after, connection: look }: Following, send: (message: TrailMessage) => void): () => void {
  let left = false;
  let last = after;
  const sendStep = (step: Step): void => {
    last = step.id;
    send({ id: String(last), type: "step", data: oneLine(trailStep(step).markup) });
  };
  const sendConnection = async (): Promise<void> => {
    const status = await look().catch(() => undefined);
    if (status !== undefined && !left) send({ id: String(last), type: "connection", data: oneLine(connection(status, clock.now()).markup) });
  };
  const missed = trail.steps().filter(({ id }) => id > after);
  for (const step of missed.toReversed()) sendStep(step);
  // What happened while the page was on its way shows in the connection too.
  void sendConnection();
  const end = trail.listen((step) => {
    sendStep(step);
    void sendConnection();
  });
  return () => {
    left = true;
    end();
  };
}

function oneLine(markup: string): string {
  return markup.replaceAll(/\s+/g, " ");
}
