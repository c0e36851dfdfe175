import type { Answer } from "demo-kit/browser";
import { hourMs, login } from "demo-kit/test-demo";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { playlistForm } from "../starter/playlist-form.js";
import { testDemo, visiting } from "./support/demo.js";

const files = fileURLToPath(new URL("../.next/static/", import.meta.url));

test("no token, code, verifier, secret or session in any page, data, JSON, script, header or log", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "refrain-secrets-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  onTestFinished(() => void vi.unstubAllEnvs());
  const heard = join(folder, "heard");
  vi.stubEnv("SECRETS_FILE", heard);
  vi.stubEnv("NODE_OPTIONS", `--import ${new URL("./support/record-secrets.ts", import.meta.url).href}`);
  const { browser, emulator, advance, said, secrets } = await testDemo({ autoConsent: "mira", refresh: "strict" });
  const values = new Set(secrets);
  const answers: Answer[] = [];

  answers.push(await browser.open("/"), await browser.open(login));
  for (const pair of browser.cookie().split("; "))
    values.add(
      pair
        .slice(pair.indexOf("=") + 1)
        .split(".")
        .at(-1) ?? "",
    );
  for (const path of ["/", "/top", "/playlist", "/playlist/done", "/live", "/nothing-here"]) {
    answers.push(await browser.open(path), await browser.call(`${path}?_rsc`, visiting));
  }
  answers.push(await browser.call("/api/top"), await browser.call("/auth/spotify/session"));
  answers.push(await browser.call("/auth/spotify/api/v1/me/player/currently-playing"), await browser.call("/auth/spotify/token"));
  const form = await browser.open("/playlist");
  answers.push(await browser.submit("/playlist", playlistForm(form.text, "One")), await browser.submit("/playlist", playlistForm(form.text, "One")));
  advance(hourMs);
  answers.push(await browser.open("/"), await browser.open("/auth/spotify/callback?code=x&state=y"));
  emulator.fault({ on: "token", kind: "status", status: 503 });
  advance(hourMs);
  answers.push(await browser.open("/"), await browser.call("/?_rsc", visiting), await browser.call("/api/top"));
  answers.push(await browser.submit("/auth/spotify/logout"));

  for (const line of readFileSync(heard, "utf8").trim().split("\n")) values.add(line);
  values.delete("");
  expect(values.size).toBeGreaterThanOrEqual(10);
  expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 400, 404, 503]));

  const scripts = globSync("**/*.js", { cwd: files }).map((file) => readFileSync(join(files, file), "utf8"));
  expect(scripts.length).toBeGreaterThan(5);
  const shown = [...said, ...scripts, ...answers.map(({ headers: { "set-cookie": _cookie, ...headers }, text }) => JSON.stringify(headers) + text)].join("\n");
  expect(shown).toContain("Mira Sandoval");
  expect(said.join("\n")).toContain("temporarily_unavailable");
  for (const value of values) {
    for (const shape of [value, encodeURIComponent(value), Buffer.from(value).toString("base64url"), value.slice(4, 20)])
      expect(shown.includes(shape)).toBe(false);
  }
});
