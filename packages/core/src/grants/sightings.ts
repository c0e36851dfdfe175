import type { Clock } from "../clock.js";
import { boundedMap } from "../bounded-map.js";

/**
 * When this process first saw the thing with this id, in Unix ms of the clock as it goes now; durations are measured on the monotonic clock.
 *
 * @param lengthMs How long a lease has to be watched until it is over. If the store failed meanwhile, it counts as first seen so much later that its holder goes first.
 */
export type Sightings = (id: string, lengthMs?: number) => number;

interface Watch {
  readonly since: number;
  readonly ended: boolean;
}

/**
 * @param context.failedAt When the store last failed this process, on the monotonic clock.
 * @param context.turnMs How long a holder that lives needs to store its tokens once the store answers again.
 * @param context.most How many things it remembers at most.
 */
export function createSightings(context: { clock: Clock; failedAt: () => number; turnMs: number; most: number }): Sightings {
  const { clock, failedAt, turnMs, most } = context;
  const watches = boundedMap<string, Watch>(most);
  return (id, lengthMs = Infinity) => {
    const elapsed = clock.elapsed();
    let watch = watches.get(id);
    if (watch === undefined) watches.set(id, (watch = { since: elapsed, ended: false }));
    if (!watch.ended && elapsed - watch.since >= lengthMs) {
      // Once only: a store that fails now and then must not keep a lease for ever whose holder is gone.
      watch = { since: failedAt() > watch.since ? elapsed + turnMs - lengthMs : watch.since, ended: true };
      watches.set(id, watch);
    }
    return clock.now() - (elapsed - watch.since);
  };
}
