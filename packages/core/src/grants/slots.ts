/** Runs so many at once and lets the others wait their turn. */
export interface Slots {
  run<Value>(task: () => Promise<Value>): Promise<Value>;
}

export function createSlots(most: number): Slots {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    async run(task) {
      if (running >= most) await new Promise<void>((resolve) => void queue.push(resolve));
      else running += 1;
      try {
        return await task();
      } finally {
        // The next in line takes over this one's place.
        const next = queue.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
