import { memoryStore } from "@refrain/core";
import { manualClock } from "@refrain/core/testing";
import { signInAs } from "@refrain/core/testing";
import { expect, test, vi } from "vitest";
import { createSpotify } from "../src/create-spotify.js";
import { fetched, opened, ownOptions, user } from "./support/unit.js";

const handed: unknown[] = [];
vi.mock(import("next/server.js"), async (original) => ({ ...(await original()), after: ((work: unknown) => void handed.push(work)) as never }));
vi.mock(import("next/headers.js"), async (original) => ({ ...(await original()), headers: (async () => new Headers({ cookie: visitor })) as never }));

let visitor = "";

test("a refresh ahead of time is handed to after(), whoever began it", async () => {
  const context = { params: Promise.resolve({}) };
  const begin: readonly ((spotify: ReturnType<typeof createSpotify>, cookie: string) => Promise<unknown>)[] = [
    (spotify, cookie) => spotify.withSpotify(() => Response.json(1))(fetched("/api/x", { cookie }), context),
    (spotify, cookie) => spotify.proxy(opened("/x", { cookie })),
    (spotify) => spotify.getSpotify({ required: true }),
  ];
  for (const begun of begin) {
    const clock = manualClock();
    const spotify = createSpotify(ownOptions({ clock, store: memoryStore(), fetch: () => new Promise(() => {}) }));
    const cookie = await signInAs(spotify.auth(), { user, lifetimeMs: 3_600_000 });
    visitor = cookie;
    await begun(spotify, cookie);
    expect(handed).toHaveLength(0);
    await clock.advance(3_500_000);
    await begun(spotify, cookie);
    expect(handed).toHaveLength(1);
    expect(handed.pop()).toBeInstanceOf(Promise);
  }
});
