import type { Answer } from "demo-kit/browser";
import type { Mode } from "demo-kit/start-demo";
import { hourMs } from "demo-kit/test-demo";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { linkedMode, usersFile } from "../../src/linked/linked-mode.js";
import { testLinked } from "../support/linked.js";

test("no token, code, verifier or secret in any byte for a browser, in the log, or in either database", { timeout: 30_000 }, async () => {
  const secrets = new Set<string>();
  const remember = (value: string | readonly string[] | null | undefined): void => {
    if (typeof value === "string" && value !== "") secrets.add(value);
  };
  const said: string[] = [];
  const watched: Mode = (stage) => {
    remember(stage.options.clientSecret);
    remember(stage.options.secret);
    return linkedMode({
      ...stage,
      log: (line) => said.push(line),
      options: {
        ...stage.options,
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
      },
    });
  };

  const { enter, link, begin, emulator, clock, grants } = await testLinked(watched);
  emulator.setRefreshBehaviour("strict");
  const [robin, kim] = [enter("Robin"), enter("Kim")];
  const answers: Answer[] = [await link(robin, "mira"), await robin.call("/me"), await robin.call("/auth/spotify/session")];
  const databases: string[] = [await contents(grants)];
  clock.advance(hourMs);
  answers.push(await robin.open("/"), await robin.submit("/look"), await link(kim, "mira"), await link(robin, "teo", "&dialog=true"));
  answers.push(await kim.open(await begin(robin, "mira")), await robin.open("/nothing"));
  databases.push(await contents(grants));
  emulator.fault({ on: "token", kind: "status", status: 503 });
  clock.advance(hourMs);
  answers.push(await robin.open("/"), await robin.call("/me"), await robin.submit("/auth/spotify/disconnect?returnTo=/"), await robin.open("/"));
  databases.push(await contents(grants));

  expect(secrets.size).toBeGreaterThanOrEqual(10);
  expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 400, 403, 404, 503]));
  const shown = [...said, ...databases, ...answers.map(({ headers, text }) => JSON.stringify(headers) + text)].join("\n");
  expect(shown).toContain("Mira Sandoval");
  for (const value of secrets)
    for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString("base64url"), value.slice(4, 20)])
      expect(shown.includes(form)).toBe(false);
});

/** All that is on the disk: both files and what SQLite has not yet moved into them. */
async function contents(grants: string): Promise<string> {
  const files = [grants, `${grants}-wal`, usersFile(grants), `${usersFile(grants)}-wal`];
  return Buffer.concat(await Promise.all(files.map((file) => readFile(file)))).toString("latin1");
}
