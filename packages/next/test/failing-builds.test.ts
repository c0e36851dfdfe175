import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { nextApp, type Recipe } from "./support/next-app.js";

/** What a build that must not succeed printed. */
async function failureOf(recipe: Recipe): Promise<string> {
  const app = await nextApp(recipe);
  onTestFinished(() => app.remove());
  return app.build().then(
    () => {
      throw new Error("The build succeeded.");
    },
    (error: unknown) => String(error),
  );
}

test.each(["next", "next15"] as const)(
  "V-036 %s: the server's half in a client component fails the build, which says why",
  { timeout: 120_000 },
  async (major) => {
    const page = `"use client";\nimport { getSpotify } from "@refrain/next";\nexport default function Page() { return String(getSpotify); }\n`;
    const printed = await failureOf({ major, only: ["next.config.mjs", "app/layout.ts"], files: { "app/page.ts": page } });
    expect(printed).toMatch(
      major === "next" ? /not found in module \S+server-only-use-refrain-next-client\.js/ : /'server-only' cannot be imported from a Client Component/,
    );
  },
);

test("with cacheComponents, getSpotify() outside of Suspense fails the build, which says what to do", { timeout: 120_000 }, async () => {
  const page = await readFile(new URL("app/app-cached/outside/page.ts", import.meta.url), "utf8");
  const printed = await failureOf({
    major: "next",
    only: ["next.config.mjs", "app/layout.ts", "lib/clock.ts", "lib/options.ts", "lib/spotify.ts"],
    files: { "app/outside/page.ts": page },
    config: { cacheComponents: true },
  });
  expect(printed).toMatch(/outside of `?<Suspense>/);
});
