import type { Clock } from "../clock.js";
import { boundedMap } from "../bounded-map.js";

/**
 * When this process first saw the thing with this id, in Unix ms of the clock as it goes now; durations are measured on the monotonic clock.
 *
 * @param lengthMs How long a lease has to be watched until it is over. Who stopped watching meanwhile cannot know whether its holder could store anything then: the lease
 * counts as first seen so much later that a holder that lives goes first.
 */
export type Sightings = (id: string, lengthMs?: number) => number;

interface Watch {
  readonly since: number;
  lookedAt: number;
  /** The first look after the last silence that counts. */
  backAt: number;
}

/**
 * @param context.turnMs How long a holder that lives needs to store its tokens once the store answers again.
 * @param context.silenceMs Looks that lie further apart leave a silence: nobody asked, the process stood still, or the store was away.
 * @param context.most How many things it remembers at most.
 */
export function createSightings(context: { clock: Clock; turnMs: number; silenceMs: number; most: number }): Sightings {
  const { clock, turnMs, silenceMs, most } = context;
  const watches = boundedMap<string, Watch>(most);
  return (id, lengthMs = Infinity) => {
    const elapsed = clock.elapsed();
    let watch = watches.get(id);
    if (watch === undefined) watches.set(id, (watch = { since: elapsed, lookedAt: elapsed, backAt: -Infinity }));
    // None that began when the lease was over: a store that is away now and then must not keep a lease for ever whose holder is gone.
    const isHeld = watch.lookedAt - watch.since < lengthMs;
    if (isHeld && elapsed - watch.lookedAt > silenceMs) watch.backAt = elapsed;
    watch.lookedAt = elapsed;
    const since = Math.max(watch.since, watch.backAt + turnMs - lengthMs);
    return clock.now() - (elapsed - since);
  };
}
