/** Runs so many at once and lets the others wait their turn. */
export interface Slots {
  /** @param task Given what gives its place away before it has ended. */
  run<Value>(task: (free: () => void) => Promise<Value>): Promise<Value>;
}

export function createSlots(most: number): Slots {
  const queue: (() => void)[] = [];
  let running = 0;

  /** The next in line takes over this one's place, once. */
  function place(): () => void {
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    };
  }

  return {
    async run(task) {
      if (running >= most) await new Promise<void>((resolve) => void queue.push(resolve));
      else running += 1;
      const free = place();
      try {
        return await task(free);
      } finally {
        free();
      }
    },
  };
}
