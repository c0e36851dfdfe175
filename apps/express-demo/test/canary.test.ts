import { createSpotifyAuth, memoryStore } from "@refrain/core";
import { startEmulator } from "@refrain/emulator";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { createApp } from "../src/app.js";
import { createBrowser, type Answer } from "../src/browser.js";
import { demoClock } from "../src/demo-clock.js";
import { hourMs, login } from "./support/demo.js";

test("no token, code, verifier or secret in any page, header or log", { timeout: 30_000 }, async () => {
  const secrets = new Set<string>();
  const said: string[] = [];
  const listening = [
    vi.spyOn(process.stdout, "write"),
    vi.spyOn(process.stderr, "write"),
    ...(["log", "warn", "error", "info", "debug"] as const).map((level) => vi.spyOn(console, level)),
  ];
  for (const spy of listening) spy.mockImplementation((...words: unknown[]) => (said.push(words.map(String).join(" ")), true));
  onTestFinished(() => void vi.restoreAllMocks());

  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redirectUri = `${origin}/auth/spotify/callback`;
  const clock = demoClock();
  const client = { clientId: "canary", clientSecret: "canary-client-secret", redirectUris: [redirectUri] };
  const emulator = await startEmulator({ clients: [client], autoConsent: "mira", refresh: "strict", now: () => clock.now() });
  const secret = randomBytes(32).toString("base64url");
  const auth = createSpotifyAuth({
    ...client,
    redirectUri,
    secret,
    scopes: ["user-top-read", "user-read-currently-playing"],
    store: memoryStore(),
    emulatorUrl: emulator.origin,
    clock,
    async fetch(input, init) {
      const response = await fetch(input, init);
      if (!String(input instanceof Request ? input.url : input).endsWith("/api/token")) return response;
      const form = new URLSearchParams(init?.body as string | URLSearchParams);
      for (const name of ["code", "code_verifier", "refresh_token"]) remember(form.get(name));
      const body = (await response
        .clone()
        .json()
        .catch(() => ({}))) as Record<string, string>;
      for (const name of ["access_token", "refresh_token"]) remember(body[name]);
      return response;
    },
  });
  server.on("request", createApp({ auth, origin, clock, emulator }));
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await auth.close();
    await emulator.close();
  });
  remember(secret);
  remember(client.clientSecret);
  function remember(value: string | null | undefined): void {
    if (value) secrets.add(value);
  }

  const browser = createBrowser(origin);
  const answers: Answer[] = [await browser.open("/"), await browser.open(login)];
  for (const pair of browser.cookie().split("; "))
    remember(
      pair
        .slice(pair.indexOf("=") + 1)
        .split(".")
        .at(-1),
    );
  answers.push(await browser.call("/me"), await browser.open("/auth/spotify/session"), await browser.call("/auth/spotify/session"));
  clock.advance(hourMs);
  answers.push(await browser.open("/"), await browser.open("/nothing"), await browser.open("/auth/spotify/callback?code=x&state=y"));
  const stream = await fetch(`${origin}/trail?after=0`, { headers: { cookie: browser.cookie() } });
  emulator.fault({ on: "token", kind: "status", status: 503 });
  clock.advance(hourMs);
  answers.push(await browser.open("/"), await browser.call("/me"));
  const reader = stream.body?.getReader();
  said.push(new TextDecoder().decode((await reader?.read())?.value));
  await reader?.cancel();
  answers.push(await browser.submit("/auth/spotify/logout"));

  expect(secrets.size).toBeGreaterThanOrEqual(8);
  expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 400, 404, 503]));
  const shown = [...said, ...answers.map(({ headers: { "set-cookie": _cookie, ...headers }, text }) => JSON.stringify(headers) + text)].join("\n");
  expect(shown).toContain("Refreshed");
  for (const value of secrets)
    for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString("base64url"), value.slice(4, 20)])
      expect(shown.includes(form)).toBe(false);
});
