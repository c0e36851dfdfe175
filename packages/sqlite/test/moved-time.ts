import { onTestFinished, vi } from "vitest";

/** The machine's wall clock for the rest of the test, which can be moved ahead. */
export function movedTime(): { now(): number; advance(ms: number): Promise<void> } {
  const machine = Date.now.bind(Date);
  let ahead = 0;
  const spy = vi.spyOn(Date, "now").mockImplementation(() => machine() + ahead);
  onTestFinished(() => spy.mockRestore());
  return {
    now: () => Date.now(),
    async advance(ms) {
      ahead += ms;
    },
  };
}
