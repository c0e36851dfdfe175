import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startEmulator } from "@refrain/emulator";
import { describe, expect, it, vi } from "vitest";
import { createSpotifyAuth, memoryStore, type SpotifyAuth, type Store } from "../src/index.js";
import { signInAs } from "../src/testing/sign-in-as.js";
import { secret } from "./grants/world.js";

const other = "7Hq2mWc9ZtRb4LxKv8JpNd3FgYs6UeAo1TiQrXyBz5M";

function open(store: Store, secrets: string | readonly string[] = secret, clientId = "client"): SpotifyAuth {
  return createSpotifyAuth({ clientId, clientSecret: "client-secret", redirectUri: "http://127.0.0.1:3000/callback", secret: secrets, store });
}

describe("check", () => {
  it("S-082 finds out before the first user does that the store was sealed with another secret, and touches nothing", async () => {
    const store = memoryStore();
    await open(store).check();
    await expect(open(store, other).check()).rejects.toMatchObject({ code: "configuration_error", message: expect.stringContaining("secret") as string });
    await open(store, [other, secret]).check();
    await open(store).check();
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
