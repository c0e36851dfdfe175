import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "client-kit/http";
import type { Visitor } from "./fleet.js";

/** Visitors who ask again as soon as they are answered. */
export interface Traffic {
  readonly answers: readonly (Answer & { readonly user: string })[];
  add(visitors: readonly Visitor[]): void;
  /** Resolves when nobody waits for an answer any more; until {@link resume}. */
  quiet(): Promise<void>;
  resume(): void;
  /** Resolves when all have had their last answer. */
  stop(): Promise<void>;
}

/** Between an answer and the next request. */
const restMs = 10;

export function startTraffic(): Traffic {
  const answers: (Answer & { readonly user: string })[] = [];
  const asking = new Set<Promise<unknown>>();
  const visits: Promise<void>[] = [];
  let stopped = false;
  let gate = Promise.resolve();
  let resume = (): void => undefined;

  async function visit(visitor: Visitor): Promise<void> {
    while (!stopped) {
      await gate;
      const asked = visitor.ask();
      asking.add(asked);
      answers.push({ ...(await asked), user: visitor.user });
      asking.delete(asked);
      await pause(restMs);
    }
  }

  return {
    answers,
    add: (visitors) => void visits.push(...visitors.map(visit)),
    async quiet() {
      gate = new Promise((resolve) => (resume = resolve));
      await Promise.all(asking);
    },
    resume: () => resume(),
    async stop() {
      stopped = true;
      resume();
      await Promise.all(visits);
    },
  };
}
