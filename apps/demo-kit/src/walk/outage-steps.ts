import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../browser.js";
import { refreshes, type Stop } from "./stop.js";
import { expect } from "./surprise.js";

const outageMs = 3000;
const everyMs = 200;

/** With the token endpoint down and the token dead, 3 s of requests: every other one opens the page, the others call. */
export async function outage({ browser, emulator }: Stop<unknown>, { page, call }: { readonly page: string; readonly call: string }): Promise<string> {
  const before = refreshes(emulator);
  const asked: Promise<Answer>[] = [];
  for (let atMs = 0; atMs < outageMs; atMs += everyMs) {
    asked.push(asked.length % 2 === 0 ? browser.open(page) : browser.call(call));
    await sleep(everyMs);
  }
  for (const [index, answer] of (await Promise.all(asked)).entries()) {
    expect(answer.status === 503, `an answer was ${answer.status} instead of 503`);
    expect(Number(answer.headers["retry-after"]) > 0, "a 503 came without Retry-After");
    expect(index % 2 === 1 || answer.text.includes("You are still signed in"), "the page does not say that the user is still signed in");
  }
  const calls = refreshes(emulator) - before;
  // An attempt is one call and one repetition a second or two later; how soon the next may follow is drawn.
  expect(calls <= 6, `the token endpoint was called ${calls} times: by traffic, not by backoff`);
  return `${asked.length} times 503 with Retry-After, never 401; ${calls} calls of the token endpoint. The page says: you are still signed in.`;
}

/** Asks until it is answered again, and looks at that answer. */
export async function recover({ mend }: Stop<unknown>, ask: () => Promise<Answer>, isWell: (answer: Answer) => void): Promise<string> {
  mend();
  const mendedAt = performance.now();
  for (;;) {
    const answer = await ask();
    const tookMs = performance.now() - mendedAt;
    if (answer.status !== 503) {
      isWell(answer);
      return `Back by itself after ${(tookMs / 1000).toFixed(1)} s, the same session.`;
    }
    expect(tookMs < 20_000, "20 s later it is still unavailable");
    await sleep(everyMs);
  }
}
