import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { navigation, send } from "./support/browser.js";
import { type NextApp, nextApp } from "./support/next-app.js";
import { sharedCache } from "./support/shared-cache.js";
import { origin, setStage, type Stage } from "./support/stage.js";

const id = "acc-6f1c0a52d9e84b7c";
const cached = fileURLToPath(new URL("app/app-cached/", import.meta.url));

let app: NextApp;
let stage: Stage;
beforeAll(async () => {
  const pages = await Promise.all(
    ["inside", "in-cache"].map(async (name) => [`app/${name}/page.ts`, await readFile(join(cached, name, "page.ts"), "utf8")] as const),
  );
  const files = Object.fromEntries(pages);
  const only = ["lib", "next.config.mjs", "app/layout.ts", "app/static", "app/auth", "app/api/me", "app/api/top", "pages"];
  app = await nextApp({ major: "next", only, files, config: { basePath: "/music", trailingSlash: true, cacheComponents: true } });
  await app.build();
  stage = await setStage(app, { basePath: "/music" });
}, 300_000);
afterAll(async () => {
  await stage?.close();
  await app?.remove();
});

describe("cacheComponents, a basePath, trailing slashes and no proxy", { timeout: 60_000 }, () => {
  test("inside of Suspense the shell is for everybody, and what streams in sends nobody to sign in and back", async () => {
    const browser = stage.browser();
    const shell = await browser.open("/music/inside");
    expect(shell).toMatchObject({ status: 200, url: new URL("/music/inside/", origin) });
    expect(shell.text).toContain("The shell is the same for everybody");
    const away = /http-equiv="refresh" content="\d;url=([^"]+)"/.exec(shell.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(away).toBe(`${origin}/music/auth/spotify/login?returnTo=%2Fmusic%2Finside`);
    const consent = await browser.open(away);
    const back = await stage.emulator.approve(consent.url, { user: "mira" });
    const page = await browser.open(back.pathname + back.search);
    expect(page.url.pathname).toBe("/music/inside/");
    expect(page.text).toContain(id);
  });

  test("S-055 the shell holds nothing of anybody, and no answer is kept for another", async () => {
    const own = (await stage.signedIn("mira")).cookie();
    const other = (await stage.signedIn("anouk")).cookie();
    const cache = sharedCache(stage.server.port);
    for (const more of [navigation, { rsc: "1" }, { rsc: "1", "next-router-prefetch": "1" }, { rsc: "1", "next-router-segment-prefetch": "/_tree" }]) {
      for (const path of ["/music/inside/", "/music/inside/?_rsc=1", "/music/static/", "/music/in-cache/", "/music/legacy/"]) {
        await cache.get(path, { ...more, cookie: own });
        expect((await cache.get(path, { ...more, cookie: other })).text).not.toContain(id);
        expect((await cache.get(path, more)).text).not.toContain(id);
      }
    }
    const prerendered = (await readdir(join(app.folder, ".next/server/app"), { recursive: true })).filter((name) => /\.(?:html|rsc)$/.test(name));
    expect(prerendered.length).toBeGreaterThan(2);
    for (const name of prerendered) expect(await readFile(join(app.folder, ".next/server/app", name), "utf8")).not.toContain("acc-");
  });

  test('inside of "use cache" it is an error that says so, for those who are signed in too', async () => {
    const page = await (await stage.signedIn("mira")).open("/music/in-cache");
    expect(page.text).not.toContain(id);
    await expect.poll(() => stage.server.printed()).toMatch(/`headers\(\)` can't be read inside `"use cache"`/);
  });

  test("a page of the Pages Router and a route handler come back under the base path", async () => {
    const browser = stage.browser();
    for (const path of ["/music/legacy/?x=1", "/music/api/me/"]) {
      const consent = await browser.open(path);
      const back = await stage.emulator.approve(consent.url, { user: "mira" });
      const page = await browser.open(back.pathname + back.search);
      expect(page).toMatchObject({ status: 200, url: new URL(path, origin) });
      expect(page.text).toContain(id);
      browser.cookies.clear();
    }
  });

  test("the sign-in routes answer with the slash, and are sent there without", async () => {
    const browser = await stage.signedIn("mira");
    expect(await browser.fetch("/music/auth/spotify/session")).toMatchObject({ status: 308, headers: { location: "/music/auth/spotify/session/" } });
    expect(JSON.parse((await browser.fetch("/music/auth/spotify/session/")).text)).toMatchObject({ signedIn: true, user: { id } });
    expect((await browser.fetch("/music/auth/spotify/logout/", { method: "POST" })).status).toBe(204);
  });

  test("without the option basePath the error names it", async () => {
    const server = await stage.start({ BASE_PATH: "" });
    expect((await send(server.port, "/music/auth/spotify/session/")).status).toBe(500);
    await expect.poll(() => server.printed()).toContain('Under Next\'s own basePath also give createSpotify({ basePath: "/auth/spotify" })');
    await server.stop();
  });
});
