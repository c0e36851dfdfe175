import { quiet, type Timeline } from "./timeline.js";

/** Nothing is left that could settle what is waited for: it waits for ever. */
export class Unsettled extends Error {
  override readonly name: string = "Unsettled";
}

/** Lets time pass until the promise is settled. */
export async function settle<Value>(timeline: Timeline, promise: Promise<Value>): Promise<Value> {
  let settled = false;
  const note = (): void => void (settled = true);
  promise.then(note, note);
  for (;;) {
    await quiet();
    if (settled) return promise;
    if (!timeline.step(Infinity)) throw new Unsettled();
  }
}
