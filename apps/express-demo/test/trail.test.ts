import { hourMs, login } from "demo-kit/test-demo";
import { expect, test } from "vitest";
import { testDemo } from "./support/demo.js";

test("the live trail sends what is new, and the connection with it", async () => {
  const { browser, clock, origin } = await testDemo();
  const page = await browser.open(login);
  const last = /data-last="(\d+)"/.exec(page.text)?.[1];
  expect(Number(last)).toBeGreaterThan(0);
  const leaving = new AbortController();
  const stream = await fetch(`${origin}/trail?after=${last}`, { headers: { cookie: browser.cookie() }, signal: leaving.signal });
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  clock.advance(hourMs);
  await browser.call("/me");
  const text = await readUntil(stream, /event: connection\ndata: .*data-phase="active"/);
  expect(text).toContain("Refreshed");
  expect(text).not.toContain("Signed in");
  leaving.abort();
});

test("a reader that comes back gets what it missed, and only that", async () => {
  const { browser, clock, origin } = await testDemo();
  await browser.open(login);
  clock.advance(hourMs);
  await browser.call("/me");
  const leaving = new AbortController();
  const stream = await fetch(`${origin}/trail?after=0`, { headers: { cookie: browser.cookie(), "last-event-id": "2" }, signal: leaving.signal });
  const text = await readUntil(stream, /Refreshed/);
  expect(text).not.toMatch(/^id: [12]$/m);
  leaving.abort();
});

test("open trails do not hold up the end", async () => {
  const { browser, origin, close } = await testDemo();
  await browser.open(login);
  const stream = await fetch(`${origin}/trail?after=99`, { headers: { cookie: browser.cookie() } });
  const startedAt = performance.now();
  await Promise.all([close(), stream.text()]);
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

async function readUntil(stream: Response, pattern: RegExp): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (pattern.test(text)) return text;
  }
  throw new Error("The stream ended before it came.");
}
