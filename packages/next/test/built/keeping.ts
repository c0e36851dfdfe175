import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { arrive, type Browser, navigation, script, send } from "../support/browser.js";
import type { MainApp } from "../support/main-app.js";
import { sharedCache } from "../support/shared-cache.js";

const mira = /acc-6f1c0a52d9e84b7c|Mira Sandoval/;
const rsc = { ...script, rsc: "1" };
const kinds = [
  navigation,
  script,
  rsc,
  { ...rsc, "next-router-prefetch": "1" },
  { ...rsc, "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
  { ...script, "x-nextjs-data": "1" },
  { ...script, "x-refrain": "1" },
];

/** What is one user's reaches neither another user nor, if it is a secret, anybody. */
export function keeping({ app, stage }: MainApp): void {
  const paths = async (): Promise<readonly string[]> => {
    const build = (await readFile(join(app().folder, ".next/BUILD_ID"), "utf8")).trim();
    return [
      ...[
        "/me",
        "/played",
        "/whoami",
        "/static",
        "/action",
        "/hook",
        "/legacy",
        "/de/legacy",
        `/_next/data/${build}/en/legacy.json`,
        "/api/me",
        "/api/stream",
        "/api/top/7",
      ],
      ...[
        "/api/plain",
        "/api/legacy",
        "/api/away",
        "/auth/spotify/session",
        "/auth/spotify/token",
        "/auth/spotify/login",
        "/auth/spotify/callback?code=x&state=y",
        "/nowhere",
      ],
    ];
  };

  test.each([true, false])("S-055 V-010 a shared cache never serves one user's bytes or cookies to another (obeys Vary: %s)", async (obeysVary) => {
    const cache = sharedCache(stage().server.port, obeysVary);
    const own = await stage().signedIn("mira");
    const other = await stage().signedIn("anouk");
    let personal = 0;
    let stored = 0;
    for (const path of await paths()) {
      for (const kind of kinds) {
        const first = await cache.get(path, { ...kind, cookie: own.cookie() });
        if (mira.test(first.text)) personal++;
        for (const cookie of [{ cookie: other.cookie() }, {}]) {
          const answer = await cache.get(path, { ...kind, ...cookie });
          const what = `${path} ${JSON.stringify(kind)}`;
          expect(answer.text, what).not.toMatch(mira);
          if (!answer.stored) continue;
          stored++;
          expect(answer.headers["set-cookie"], what).toBeUndefined();
          expect(answer.headers.location ?? "", what).not.toMatch(/[?&](?:code|state)=/);
        }
      }
    }
    // There was something to keep apart, and the cache did keep something.
    expect(personal).toBeGreaterThan(20);
    expect(stored).toBeGreaterThan(10);
  });

  test("S-033 V-036 no token, secret, code or verifier is in any byte that is served, nor in what is built for browsers", async () => {
    const secrets = new Set(["stage-secret", "kQ3vX9pL7mZr2tYw5sBn8cJd1fGh4aUe6iRo0qTxWyz"]);
    const watch = stage().emulator.fault({
      on: "token",
      kind: "patch-answer",
      patch(body) {
        for (const name of ["access_token", "refresh_token"]) if (typeof body[name] === "string") secrets.add(body[name]);
        return body;
      },
    });
    const browser = await stage().signedIn("mira");
    stage().advance(3_600_000);
    const seen: string[] = [];
    for (const path of await paths()) {
      for (const kind of kinds.filter((headers) => !path.endsWith("/token") || !("x-refrain" in headers))) {
        const { headers, text } = await arrive((at) => send(stage().server.port, at, { headers: { ...kind, cookie: browser.cookie() } }), path, kind);
        seen.push(JSON.stringify(headers), text);
      }
    }
    seen.push(stage().server.printed());
    watch();
    const given = await tokenOf(browser);
    expect(secrets).toContain(given);
    expect(secrets.size).toBeGreaterThanOrEqual(5);

    const built = join(app().folder, ".next/static");
    const files = (await readdir(built, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(5);
    const scripts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")));
    const bytes = [...seen, ...scripts].join("\n");
    expect(bytes).toContain("Mira Sandoval");
    expect([...secrets].filter((secret) => bytes.includes(secret))).toEqual([]);
    // Of the server's half nothing is built for browsers: not its environment, not its sentences.
    expect(scripts.join("\n")).not.toMatch(/SPOTIFY_CLIENT|REFRAIN_SECRET|__Host-refrain|oauth4webapi/);
  });
}

/** The one route that hands out an access token, because the fixture opened it. */
async function tokenOf(browser: Browser): Promise<string> {
  const { text } = await browser.fetch("/auth/spotify/token", { headers: { "x-refrain": "1" } });
  return (JSON.parse(text) as { accessToken: string }).accessToken;
}
