import { createBrowser, type Answer } from "demo-kit/browser";
import { hourMs, login } from "demo-kit/test-demo";
import { endings } from "demo-kit/walk/account-steps";
import { leaks, watchSecrets } from "demo-kit/watch-secrets";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { looksFile } from "../src/away/looks.js";
import { platforms, testDemo } from "./support/demo.js";
import { openLive } from "./support/live-socket.js";

test.each(platforms)(
  "on %s no token, code, verifier or secret in any page, header, frame, log or in the app's database",
  { timeout: 30_000 },
  async (platform) => {
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
    const demo = await testDemo(platform, { autoConsent: "mira", refresh: "strict" }, { secret, log: (line) => said.push(line) });
    const { browser, clock, emulator, origin, database, tick } = demo;

    const answers: Answer[] = [];
    const visit = async (...paths: readonly string[]): Promise<void> => {
      for (const path of paths) answers.push(await browser.open(path));
    };
    await visit("/", login, "/account", "/recent", "/live", "/auth/spotify/session", "/now-playing.js");
    for (const pair of browser.cookie().split("; ")) secrets.add(pair.split(".").at(-1) ?? "");
    answers.push(await browser.call("/me"), await browser.call("/nothing-here"), await browser.submit("/away/look"));
    await createBrowser(origin).open(login);
    await visit("/account");
    answers.push(await browser.submit(endings(answers.at(-1)?.text ?? "")[0] ?? ""));

    const socket = await openLive(demo, browser.cookie());
    const nobody = await openLive(demo, "");
    for (const { hear } of [socket, nobody]) said.push(JSON.stringify(await hear()));
    for (const button of ["expire", "five-days", "six-months", "withdraw"]) answers.push(await browser.submit(`/demo/${button}`));
    await visit("/live", "/auth/spotify/callback?code=x&state=y");
    const stream = await fetch(`${origin}/trail?after=0`, { headers: { cookie: browser.cookie() } });
    emulator.fault({ on: "token", kind: "status", status: 503 });
    clock.advance(hourMs);
    await visit("/", "/account");
    answers.push(await browser.call("/me"));
    const reader = stream.body?.getReader();
    said.push(new TextDecoder().decode((await reader?.read())?.value));
    await reader?.cancel();
    await tick();
    said.push((await readFile(looksFile(database))).toString("latin1"));
    answers.push(await browser.submit("/account/disconnect"), await browser.submit("/auth/spotify/logout"));

    expect(secrets.size).toBeGreaterThanOrEqual(15);
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 400, 403, 404, 503]));
    const shown = [...said, ...answers.map(({ headers: { "set-cookie": _cookie, ...headers }, text }) => JSON.stringify(headers) + text)].join("\n");
    for (const words of ["Signed in as Mira", "What you played recently", "is_playing", "not_authenticated", "is disconnected", "temporarily_unavailable"])
      expect(shown).toContain(words);
    expect(leaks(secrets, shown)).toEqual([]);
  },
);
