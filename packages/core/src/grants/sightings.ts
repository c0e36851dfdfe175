import type { Clock } from "../clock.js";
import { boundedMap } from "../bounded-map.js";

/** When this process first saw the thing with this id, in Unix ms of the clock as it goes now; durations are measured on the monotonic clock. */
export type Sightings = (id: string) => number;

export function createSightings(clock: Clock, most: number): Sightings {
  const first = boundedMap<string, number>(most);
  return (id) => {
    const elapsed = clock.elapsed();
    const since = first.get(id) ?? elapsed;
    if (since === elapsed) first.set(id, elapsed);
    return clock.now() - (elapsed - since);
  };
}
