import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startEmulator } from "@refrain/emulator";
import { describe, expect, it, vi } from "vitest";
import { createSpotifyAuth, memoryStore, MissingScopes, type SpotifyAuth, type Store, toProblem } from "../src/index.js";
import { signInAs } from "../src/testing/sign-in-as.js";
import { secret } from "./grants/world.js";

const other = "7Hq2mWc9ZtRb4LxKv8JpNd3FgYs6UeAo1TiQrXyBz5M";

function open(store: Store, secrets: string | readonly string[] = secret, clientId = "client"): SpotifyAuth {
  return createSpotifyAuth({ clientId, clientSecret: "client-secret", redirectUri: "http://127.0.0.1:3000/callback", secret: secrets, store });
}

it.each<[string, NonNullable<Store["close"]>]>([
  ["rejects", () => Promise.reject(new Error("redis://:password@store"))],
  [
    "throws",
    () => {
      throw new Error("redis://:password@store");
    },
  ],
])("close() names whose tokens are lost also where the store's own close %s", async (_, close) => {
  expect(await open({ ...memoryStore(), close }).close()).toEqual([]);
});

describe("check", () => {
  it("S-082 finds out before the first user does that the store was sealed with another secret, and touches nothing", async () => {
    const store = memoryStore();
    await open(store).check();
    await expect(open(store, other).check()).rejects.toMatchObject({ code: "configuration_error", message: expect.stringContaining("secret") as string });
    await open(store, [secret, other]).check();
    await open(store).check();
  });

  it("S-081 lets a former secret be taken away after a rotation", async () => {
    const store = memoryStore();
    await open(store).check();
    await open(store, [other, secret]).check();
    await open(store, other).check();
  });

  it("says when the store is down", async () => {
    const down: Store = { get: () => Promise.reject(new Error("down")), swap: () => Promise.reject(new Error("down")) };
    await expect(open(down).check()).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
  });

  it("tells two clients in one store apart", async () => {
    const store = memoryStore();
    await open(store, secret, "one").check();
    await open(store, other, "two").check();
  });
});

describe("events", () => {
  it("L-011 a listener that throws breaks nothing, and one that left hears nothing", async () => {
    const auth = open(memoryStore());
    await signInAs(auth, { user: "ada" });
    const heard = vi.fn();
    auth.on("signedOut", () => {
      throw new Error("the log is full");
    });
    const leave = auth.on("signedOut", heard);
    await auth.signOut("ada");
    leave();
    await auth.disconnect("ada");
    expect(heard).toHaveBeenCalledOnce();
    expect(heard).toHaveBeenCalledWith({ grant: expect.stringMatching(/^[\w-]{10}$/) as string, reason: "signOut" });
  });
});

describe("what only whoever runs the app can mend", () => {
  const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

  it("is said once as a warning, and a page's reference is found in an event", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const auth = open(memoryStore());
    const heard: unknown[] = [];
    auth.on("failureAnswered", (detail) => heard.push(detail));
    const cookie = await signInAs(auth, { user: "ada" });
    const error: unknown = await (await auth.session({ cookie }))?.fetch("v1/me").catch((thrown: unknown) => thrown);
    const head = { method: "GET", url: "/me", headers: new Headers(navigation) };
    const page = await (await toProblem(auth, error, head))?.text();
    await toProblem(auth, error, { ...head, headers: new Headers() });
    const [reference] = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(page ?? "") ?? [];
    expect(heard).toEqual([
      { code: "configuration_error", message: expect.stringContaining("/v1/") as string, reference },
      { code: "configuration_error", message: expect.stringContaining("/v1/") as string, reference: null },
    ]);
    expect(warned.mock.calls.map(([text]) => String(text))).toEqual([expect.stringContaining("Give a path that begins with /v1/")]);
    warned.mockRestore();
  });

  it("a scope that the app never names does not send the user round in circles", async () => {
    const auth = open(memoryStore());
    const head = { method: "GET", url: "/me", headers: new Headers(navigation) };
    const answer = await toProblem(auth, new MissingScopes([], "http://127.0.0.1:3000/auth/spotify/login"), head);
    expect(answer?.status).toBe(403);
    expect(await answer?.text()).toContain("This page needs a permission that it does not ask for");
  });

  it("a store's own name for its trouble is in the event, and nothing else of it", async () => {
    const failure = Object.assign(new Error("row canary-key failed"), { code: "cannotOpen" });
    const auth = open({ get: () => Promise.reject(failure), swap: () => Promise.reject(failure) });
    const heard: unknown[] = [];
    auth.on("storeFailed", (detail) => heard.push(detail));
    await auth.check().catch(() => undefined);
    expect(heard).toEqual([{ operation: "get", code: "cannotOpen" }]);
  });

  it("a store that throws has failed like one that rejects", async () => {
    const auth = open({
      get: () => {
        throw new TypeError("not a promise");
      },
      swap: async () => false,
    });
    const heard: unknown[] = [];
    auth.on("storeFailed", (detail) => heard.push(detail));
    await expect(auth.check()).rejects.toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    expect(heard).toEqual([{ operation: "get", code: null }]);
  });

  it("what is no store is refused at once", () => {
    expect(() => open("grants.sqlite" as unknown as Store)).toThrow("store is not a store");
  });
});

describe("signInAs", () => {
  it("signs a user in without HTTP", async () => {
    const auth = open(memoryStore());
    const cookie = await signInAs(auth, { user: "ada", scopes: ["user-top-read"] });
    expect(await auth.session({ cookie })).toMatchObject({ user: { id: "ada" }, scopes: ["user-top-read"], phase: "active" });
    expect(await auth.session({ cookie: `theme=dark; ${cookie}` })).not.toBeNull();
    expect(await auth.session({ cookie: cookie.slice(0, -1) })).toBeNull();
    expect(await auth.session({ cookie: undefined })).toBeNull();
  });
});

describe("a process", () => {
  it("promise 12: ends when its own work does: nothing of ours keeps it alive", async () => {
    const emulator = await startEmulator();
    const core = new URL("../dist/index.js", import.meta.url).href;
    const testing = new URL("../dist/testing/sign-in-as.js", import.meta.url).href;
    const program = `
      import { createSpotifyAuth } from ${JSON.stringify(core)};
      import { signInAs } from ${JSON.stringify(testing)};
      const auth = createSpotifyAuth();
      const cookie = await signInAs(auth, { user: "ada", lifetimeMs: 0 });
      const session = await auth.session({ cookie });
      console.log(await session.token().then(() => "a token", ({ code }) => code));
    `;
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        timeout: 10_000,
        env: {
          PATH: process.env["PATH"],
          SPOTIFY_CLIENT_ID: "emulator-client",
          SPOTIFY_CLIENT_SECRET: "emulator-secret",
          SPOTIFY_REDIRECT_URI: "http://127.0.0.1:3000/callback",
          REFRAIN_SECRET: secret,
          REFRAIN_EMULATOR_URL: emulator.origin,
        },
      });
      // The refresh token is made up, so the emulator refuses it; what counts is that the program came to its end.
      expect(stdout.trim()).toBe("reauthorization_required");
      expect(stderr).toMatch(/RefrainWarning: .*memory/);
    } finally {
      await emulator.close();
    }
  });
});
