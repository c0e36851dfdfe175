import { afterEach, describe, expect, it, vi } from "vitest";
import { createEmitter, type SpotifyAuthEvent, type SpotifyAuthEvents } from "../src/events.js";
import { createSpotifyAuth, type Logger, memoryStore, type SpotifyAuth } from "../src/index.js";
import { logEvents } from "../src/log-events.js";
import { signInAs } from "../src/testing/sign-in-as.js";
import { secret } from "./grants/world.js";

const grant = "0123456789";
const details: { readonly [Event in SpotifyAuthEvent]: readonly [level: keyof Logger, detail: SpotifyAuthEvents[Event]] } = {
  signedIn: ["info", { grant }],
  signInRefused: ["info", { grant }],
  loginFailed: ["info", { reason: "denied" }],
  signedOut: ["info", { grant, reason: "logout" }],
  failureAnswered: ["warn", { code: "login_failed", message: "A sentence.", reference: null }],
  forgeryBlocked: ["warn", { route: "logout" }],
  proxyDenied: ["warn", { reason: "unlisted", allowedBy: null, grant: null }],
  refreshed: ["debug", { grant, tookMs: 12, rotated: false }],
  refreshFailed: ["warn", { grant, cause: "ambiguous", retryAt: null }],
  misconfigured: ["error", { error: "invalid_client" }],
  consentEnding: ["info", { grant, days: 30, reauthorizeBy: 1 }],
  reauthorizationRequired: ["info", { grant, reason: "revoked" }],
  revocationFailed: ["warn", { grant, status: 404 }],
  unreadableRecord: ["error", { grant, problem: "corrupt" }],
  storeFailed: ["error", { operation: "get", code: null }],
  tokensNotStored: ["error", { grant }],
};

function open(logger: Logger): SpotifyAuth {
  return createSpotifyAuth({ clientId: "client", redirectUri: "http://127.0.0.1:3000/callback", secret, store: memoryStore(), logger });
}

afterEach(() => void vi.restoreAllMocks());

describe("a logger", () => {
  it.each(Object.entries(details))("hears of %s in one line: its name, its fields, a sentence", (event, [level, detail]) => {
    const lines: unknown[][] = [];
    const to =
      (at: string) =>
      (...line: unknown[]): void =>
        void lines.push([at, ...line]);
    const emitter = createEmitter();
    logEvents(emitter, { debug: to("debug"), info: to("info"), warn: to("warn"), error: to("error") });
    emitter.emit(event as "signedIn", detail as SpotifyAuthEvents["signedIn"]);
    expect(lines).toEqual([[level, { event, ...detail }, expect.stringMatching(/^[A-Za-z -]{10,}$/) as string]]);
  });

  it("hears the first event that there is", async () => {
    const info = vi.fn();
    const auth = open({ debug: vi.fn(), warn: vi.fn(), error: vi.fn(), info });
    await auth.signOut("ada");
    expect(info).toHaveBeenCalledExactlyOnceWith(
      { event: "signedOut", grant: expect.stringMatching(/^[\w-]{10}$/) as string, reason: "signOut" },
      "a user signed out",
    );
  });

  it("may be a class's instance", async () => {
    class Own {
      readonly lines: string[] = [];
      debug(): void {}
      warn(): void {}
      error(): void {}
      info(_: object, message: string): void {
        this.lines.push(message);
      }
    }
    const own = new Own();
    await open(own).signOut("ada");
    expect(own.lines).toEqual(["a user signed out"]);
  });

  it("may be console", async () => {
    const info = vi.spyOn(console, "info").mockImplementation(() => undefined);
    await open(console).signOut("ada");
    expect(info).toHaveBeenCalledOnce();
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("the disk is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the disk is full"))],
  ])("that %s breaks nothing, and the others still hear", async (_, line) => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const auth = open({ debug: line, info: line, warn: line, error: line });
    const heard = vi.fn();
    auth.on("signedOut", heard);
    const cookie = await signInAs(auth, { user: "ada" });
    await auth.disconnect("ada");
    expect(await auth.session({ cookie })).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(heard).toHaveBeenCalledOnce();
    expect(unhandled).not.toHaveBeenCalled();
  });
});
