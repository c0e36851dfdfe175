import { createBrowser } from "demo-kit/browser";
import { startDemo, type Demo } from "demo-kit/start-demo";
import { login } from "demo-kit/test-demo";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loginMode } from "../src/mode.js";

test("a session in a kept file outlives the program; with another secret nobody is signed out, and nobody is let in", async () => {
  const folder = await mkdtemp(join(tmpdir(), "refrain-kept-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const secret = newSecret();
  const start = (ports: readonly number[], sealedWith: string): Promise<Demo> =>
    startDemo({
      ports,
      mode: loginMode,
      spotify: { emulate: { autoConsent: "mira" } },
      database: join(folder, "grants.sqlite"),
      secret: sealedWith,
      log: () => {},
    });

  const first = await start([0], secret);
  const browser = createBrowser(first.origin);
  await browser.open(login);
  await first.close();
  const port = Number(new URL(first.origin).port);

  const stranger = await start([port], newSecret());
  expect(await browser.open("/")).toMatchObject({ status: 503, text: expect.stringContaining("Your session cannot be looked up right now") as string });
  await stranger.close();

  const second = await start([port], secret);
  onTestFinished(() => second.close());
  // This emulator has never seen the old tokens, so only the sections fail.
  const page = await browser.open("/");
  expect(page.status).toBe(200);
  expect(page.text).toContain("Signed in as mira");
});

function newSecret(): string {
  return randomBytes(32).toString("base64url");
}
