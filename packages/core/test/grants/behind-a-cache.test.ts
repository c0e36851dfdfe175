import { describe, expect, it } from "vitest";
import { cached, createSpotifyAuth, memoryStore, type Store } from "../../src/index.js";
import { manualClock } from "../../src/testing/manual-clock.js";
import { signInAs } from "../../src/testing/sign-in-as.js";
import { openWorld, secret } from "./world.js";

const need = { minValidMs: 0, sessionId: null };
const maxAgeMs = 5_000;

/** The same store for a process that hears nothing of the others' writes, as over a connection without notifications. */
function deaf({ watch: _, ...store }: Store): Store {
  return { ...store, get: async (key) => store.get(key) };
}

/** Two processes; the second has a cache and hears nothing. */
function openTwo(): ReturnType<typeof openWorld> {
  return openWorld({ processes: 2, through: (store, process) => (process === 0 ? store : cached(deaf(store), { maxAgeMs })) });
}

function twoAuths(fetch?: typeof globalThis.fetch) {
  const clock = manualClock();
  const shared = memoryStore({ clock });
  const options = { clientId: "client-1", redirectUri: "https://app.example/auth/spotify/callback", secret, clock, fetch };
  return {
    clock,
    strict: createSpotifyAuth({ ...options, store: shared }),
    behind: createSpotifyAuth({ ...options, store: cached(deaf(shared), { maxAgeMs, clock }) }),
  };
}

describe("nobody is sent away on the word of a cache", () => {
  it("who has just signed in, and is signed in elsewhere too, is known at once", async () => {
    const world = await openTwo();
    const [, behind] = world.processes;
    const phone = await world.signIn();
    expect(await behind?.engine.authenticate(phone.cookie)).not.toBeNull();
    const laptop = await world.signIn();
    expect(await behind?.engine.authenticate(laptop.cookie)).not.toBeNull();
  });

  it("who has just consented again is served", async () => {
    const world = await openTwo();
    const [, behind] = world.processes;
    const { key } = await world.signIn();
    world.emulator.fault({ on: "token", kind: "false-invalid-grant", times: 1 });
    await world.expire();
    await expect(world.engine.usable(key, need)).rejects.toMatchObject({ code: "reauthorization_required" });
    await expect(behind?.engine.usable(key, need)).rejects.toMatchObject({ code: "reauthorization_required" });
    await world.signIn();
    await behind?.engine.usable(key, need);
  });

  it("whose refresh failed, and who has signed in again since, is served", async () => {
    const world = await openTwo();
    const [, behind] = world.processes;
    const { key } = await world.signIn();
    world.emulator.fault({ on: "token", kind: "status", status: 503, headers: { "retry-after": "40" }, times: 1 });
    await world.expire();
    for (let call = 0; call < 2; call++) await expect(behind?.engine.usable(key, need)).rejects.toMatchObject({ code: "temporarily_unavailable" });
    await world.signIn();
    await behind?.engine.usable(key, need);
  });

  it("who has just allowed more is not asked again", async () => {
    const { strict, behind } = twoAuths();
    const cookie = await signInAs(strict, { user: "mira", scopes: ["user-top-read"] });
    const scopes = ["playlist-modify-private"] as const;
    await expect((await behind.session({ cookie }))?.token({ scopes })).rejects.toMatchObject({ code: "missing_scopes" });
    await signInAs(strict, { user: "mira", scopes: ["user-top-read", ...scopes] });
    await (await behind.session({ cookie }))?.token({ scopes });
  });

  it("whose token the API refuses is served with the one that another process has got since", async () => {
    const { clock, strict, behind } = twoAuths(async (url, init) => {
      if (new Request(url).url.endsWith("/api/token")) return Response.json({ access_token: "new", token_type: "Bearer", expires_in: 3_600 });
      return new Response("{}", { status: new Headers(init?.headers).get("authorization") === "Bearer new" ? 200 : 401 });
    });
    await signInAs(strict, { user: "mira", accessToken: "old" });
    await clock.advance(60_000);
    expect((await behind.forUser("mira").token()).reveal()).toBe("old");
    expect((await strict.forUser("mira").fetch("/v1/me")).status).toBe(200);
    expect((await behind.forUser("mira").fetch("/v1/me")).status).toBe(200);
  });

  it("who has just been linked again is known at once", async () => {
    const { clock, strict, behind } = twoAuths();
    await signInAs(strict, { user: "mira" });
    await strict.disconnect("mira");
    expect(await behind.session({ subject: "mira" })).toBeNull();
    await clock.advance(1_000);
    await signInAs(strict, { user: "mira" });
    expect(await behind.session({ subject: "mira" })).not.toBeNull();
  });

  it("S-052 a sign-out that was acknowledged ends a session of which the cache knows nothing", async () => {
    const { clock, strict, behind } = twoAuths();
    expect(await behind.session({ cookie: await signInAs(strict, { user: "mira" }) })).not.toBeNull();
    const laptop = await signInAs(strict, { user: "mira" });
    await clock.advance(1_000);
    const headers = { cookie: laptop, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };
    const answer = await behind.handle(new Request("https://app.example/auth/spotify/logout", { method: "POST", headers }));
    expect(answer?.status).toBe(204);
    expect(await strict.session({ cookie: laptop })).toBeNull();
  });
});
