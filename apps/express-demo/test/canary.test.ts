import { createBrowser, type Answer } from "demo-kit/browser";
import { dayMs, hourMs, login } from "demo-kit/test-demo";
import { endings } from "demo-kit/walk/account-steps";
import { leaks, watchSecrets } from "demo-kit/watch-secrets";
import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import { apiCall, testDemo } from "./support/demo.js";

test("no token, code, verifier or secret in any page, header or log", { timeout: 30_000 }, async () => {
  const secrets = watchSecrets();
  const said: string[] = [];
  const listening = [
    vi.spyOn(process.stdout, "write"),
    vi.spyOn(process.stderr, "write"),
    ...(["log", "warn", "error", "info", "debug"] as const).map((level) => vi.spyOn(console, level)),
  ];
  for (const spy of listening) spy.mockImplementation((...words: unknown[]) => (said.push(words.map(String).join(" ")), true));
  onTestFinished(() => void vi.restoreAllMocks());
  const secret = randomBytes(32).toString("base64url");
  secrets.add(secret);
  const { browser, clock, emulator, origin } = await testDemo({ autoConsent: "mira", refresh: "strict" }, { secret, log: (line) => said.push(line) });

  const answers: Answer[] = [];
  const visit = async (...paths: readonly string[]): Promise<void> => {
    for (const path of paths) answers.push(await browser.open(path));
  };
  await visit("/", login, "/account", "/recent", "/live", "/auth/spotify/session", "/live.js", "/now-playing.js", "/style.css");
  for (const pair of browser.cookie().split("; "))
    secrets.add(
      pair
        .slice(pair.indexOf("=") + 1)
        .split(".")
        .at(-1) ?? "",
    );
  answers.push(await browser.call("/me"), await browser.call("/auth/spotify/session"), await browser.call(apiCall), await browser.call(`${apiCall}/other`));

  await createBrowser(origin).open(login);
  await visit("/account");
  answers.push(await browser.submit(endings(answers.at(-1)?.text ?? "")[0] ?? ""), await browser.submit("/account/sessions/end-others"));
  clock.advance(hourMs);
  await visit("/", "/nothing", "/auth/spotify/callback?code=x&state=y");
  for (const button of ["age", "expire", "five-days", "six-months", "withdraw"]) answers.push(await browser.submit(`/demo/${button}`));
  await visit("/account", "/live");
  clock.advance(170 * dayMs);
  await visit("/account");

  const stream = await fetch(`${origin}/trail?after=0`, { headers: { cookie: browser.cookie() } });
  emulator.fault({ on: "token", kind: "status", status: 503 });
  clock.advance(hourMs);
  await visit("/", "/account", "/recent", "/live");
  answers.push(await browser.call("/me"), await browser.call(apiCall));
  const reader = stream.body?.getReader();
  said.push(new TextDecoder().decode((await reader?.read())?.value));
  await reader?.cancel();
  answers.push(await browser.submit("/auth/spotify/disconnect"), await browser.submit("/auth/spotify/logout"));

  expect(secrets.size).toBeGreaterThanOrEqual(20);
  expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 400, 403, 404, 503]));
  const shown = [...said, ...answers.map(({ headers: { "set-cookie": _cookie, ...headers }, text }) => JSON.stringify(headers) + text)].join("\n");
  for (const words of ["Refreshed", "Where you are signed in", "What you played recently", "Playing live", "Renew now", "is disconnected", "is_playing"])
    expect(shown).toContain(words);
  expect(leaks(secrets, shown)).toEqual([]);
});
