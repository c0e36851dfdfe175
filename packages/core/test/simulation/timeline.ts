/** Virtual time: what is to happen, in the order of its instants. Nothing happens by itself. */
export interface Timeline {
  /** Milliseconds since the beginning. */
  now(): number;
  /** Puts something on the timeline; what is already past happens next. */
  after(ms: number, happen: () => void): Happening;
  /** Moves to the next happening that is due by `until` and lets it happen. `false`: there is none, and the time is now `until`. */
  step(until: number): boolean;
}

export interface Happening {
  cancelled: boolean;
}

interface Entry extends Happening {
  readonly at: number;
  /** Among equals the first comes first. */
  readonly order: number;
  readonly happen: () => void;
}

export function createTimeline(): Timeline {
  const heap: Entry[] = [];
  let time = 0;
  let order = 0;

  return {
    now: () => time,
    after(ms, happen) {
      order += 1;
      const entry: Entry = { at: time + Math.max(0, ms), order, happen, cancelled: false };
      push(heap, entry);
      return entry;
    },
    step(until) {
      for (;;) {
        const first = heap[0];
        if (first === undefined || first.at > until) {
          if (until !== Infinity) time = Math.max(time, until);
          return false;
        }
        pop(heap);
        if (first.cancelled) continue;
        time = first.at;
        first.happen();
        return true;
      }
    },
  };
}

const isBefore = (one: Entry, other: Entry): boolean => one.at < other.at || (one.at === other.at && one.order < other.order);

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(entry, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    let child = heap[below];
    const sibling = heap[below + 1];
    if (child !== undefined && sibling !== undefined && isBefore(sibling, child)) {
      child = sibling;
      below += 1;
    }
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
}

/** Resolves when every promise that can go on has gone on: ticks run only after the last of them, and no turn of the event loop is spent. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
