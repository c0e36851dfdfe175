import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTokenProvider, useSpotify, type UseSpotify } from "../src/client/index.js";
import { sessionSource } from "../src/client/session-source.js";

const session = { signedIn: true, user: { id: "acc-mira" }, scopes: ["user-top-read"], phase: "fresh", expiresAt: 1, reauthorizeBy: 2 };
const signedIn = { status: "signedIn", user: { id: "acc-mira" }, scopes: ["user-top-read"], reauthorizeBy: 2 };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let fetched: ReturnType<typeof vi.fn<typeof fetch>>;
let answer: () => Promise<Response>;
let page: EventTarget & { visibilityState: string };
let window: EventTarget;
let places: string[];
let paths = 0;
/** A path of its own: a state of its own. */
let basePath: string;

beforeEach(() => {
  basePath = `/auth/${++paths}`;
  answer = async () => Response.json(session);
  fetched = vi.fn<typeof fetch>(() => answer());
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  window = new EventTarget();
  places = [];
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("removeEventListener", window.removeEventListener.bind(window));
  vi.stubGlobal("location", { pathname: "/here", search: "?tab=2", hash: "#third", assign: (place: string) => places.push(place) });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the session of a page", () => {
  test("is asked for when the first component looks, and again at focus; never behind the page's back", async () => {
    const source = sessionSource(basePath);
    const told = vi.fn();
    expect([source.state().status, fetched.mock.calls.length]).toEqual(["loading", 0]);
    const [first, second] = [source.subscribe(told), source.subscribe(() => undefined)];
    await settled();
    expect(source.state()).toEqual(signedIn);
    expect(fetched.mock.calls.map(([url]) => url)).toEqual([`${basePath}/session`]);
    window.dispatchEvent(new Event("focus"));
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    await settled();
    expect(fetched).toHaveBeenCalledTimes(2);
    first();
    second();
    page.visibilityState = "visible";
    window.dispatchEvent(new Event("focus"));
    page.dispatchEvent(new Event("visibilitychange"));
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(told).toHaveBeenCalledTimes(2);
  });

  test("holds what the route says and nothing more", async () => {
    answer = async () => Response.json({ ...session, accessToken: "canary" });
    const source = sessionSource(basePath);
    await source.refresh();
    expect(source.state()).toEqual(signedIn);
    answer = async () => Response.json({ signedIn: false });
    await source.refresh();
    expect(source.state()).toEqual({ status: "signedOut" });
  });

  test("an answer that does not come takes nobody's name away, and is told to whoever had none", async () => {
    const source = sessionSource(basePath);
    answer = () => Promise.reject(new TypeError("offline"));
    await source.refresh();
    expect(source.state()).toEqual({ status: "unavailable" });
    answer = async () => Response.json(session);
    await source.refresh();
    for (const failure of [
      async () => Response.json({ code: "temporarily_unavailable" }, { status: 503 }),
      () => Promise.reject(new TypeError("offline")),
      async () => new Response("<html>"),
    ]) {
      answer = failure;
      await source.refresh();
      expect(source.state()).toEqual(signedIn);
    }
  });

  test("a page that woke before its network asks again when that is back", async () => {
    answer = () => Promise.reject(new TypeError("offline"));
    const source = sessionSource(basePath);
    const end = source.subscribe(() => undefined);
    await settled();
    answer = async () => Response.json(session);
    window.dispatchEvent(new Event("online"));
    await settled();
    expect(source.state()).toEqual(signedIn);
    end();
    window.dispatchEvent(new Event("online"));
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  test("of two questions the later one knows better, whichever answer is first", async () => {
    const source = sessionSource(basePath);
    const replies: ((response: Response) => void)[] = [];
    answer = () => new Promise((resolve) => replies.push(resolve));
    const both = [source.refresh(), source.refresh()];
    replies[1]?.(Response.json({ signedIn: false }));
    await settled();
    replies[0]?.(Response.json(session));
    await Promise.all(both);
    expect(source.state()).toEqual({ status: "signedOut" });
  });

  test("an answer is not held back for a later question that finds none: a page that is looked at while it loads would load for ever", async () => {
    const source = sessionSource(basePath);
    const end = source.subscribe(() => undefined);
    answer = () => new Promise(() => undefined);
    window.dispatchEvent(new Event("focus"));
    await settled();
    expect([fetched.mock.calls.length, source.state()]).toEqual([2, signedIn]);
    end();
  });

  test("signing out here is known at once, outruns an older answer, and is told to the other tabs", async () => {
    const source = sessionSource(basePath);
    const end = source.subscribe(() => undefined);
    const tab = new BroadcastChannel(`refrain ${basePath}`);
    const told = new Promise((resolve) => tab.addEventListener("message", resolve, { once: true }));
    source.signedOut();
    await settled();
    expect(source.state()).toEqual({ status: "signedOut" });
    await told;
    const before = fetched.mock.calls.length;
    tab.postMessage("signedOut");
    await vi.waitUntil(() => fetched.mock.calls.length === before + 1);
    tab.close();
    end();
  });
});

test("the other tabs hear of a sign-out whose component is gone by then", async () => {
  const source = sessionSource(basePath);
  source.subscribe(() => undefined)();
  const tab = new BroadcastChannel(`refrain ${basePath}`);
  const told = vi.fn();
  tab.addEventListener("message", told);
  source.signedOut();
  await vi.waitUntil(() => told.mock.calls.length === 1);
  tab.close();
});

describe("useSpotify", () => {
  /** What a component sees; on the server, where no effect runs. */
  function seen(): UseSpotify {
    let found: UseSpotify | undefined;
    renderToString(
      createElement(() => {
        found = useSpotify({ basePath });
        return found.status;
      }),
    );
    if (found === undefined) throw new Error("Nothing was rendered.");
    return found;
  }

  test("is loading on the server, whoever was seen before, and asks nothing there", async () => {
    await sessionSource(basePath).refresh();
    fetched.mockClear();
    expect(seen().status).toBe("loading");
    expect(fetched).not.toHaveBeenCalled();
  });

  test("goes to sign in and back to this page, or where it is told, for more scopes", () => {
    const { login } = seen();
    login();
    login({ returnTo: "/there?a=1&b", scopes: ["user-read-email", "streaming"] });
    expect(places).toEqual([
      `${basePath}/login?returnTo=%2Fhere%3Ftab%3D2%23third`,
      `${basePath}/login?returnTo=%2Fthere%3Fa%3D1%26b&scope=user-read-email+streaming`,
    ]);
  });

  test("signs out by a POST, and says so only when the server has", async () => {
    const { logout, refresh } = seen();
    await refresh();
    for (const failing of [async () => new Response("", { status: 503 }), async () => new Response("<html>You are offline.")]) {
      answer = failing;
      await expect(logout()).rejects.toThrow("did not succeed");
      expect(sessionSource(basePath).state()).toEqual(signedIn);
    }
    answer = async () => new Response(null, { status: 204 });
    await logout();
    expect(fetched).toHaveBeenLastCalledWith(`${basePath}/logout`, { method: "POST" });
    expect(sessionSource(basePath).state()).toEqual({ status: "signedOut" });
  });
});

describe("createTokenProvider", () => {
  const tokens = (): Promise<Response> =>
    Promise.resolve(Response.json({ accessToken: `token-${fetched.mock.calls.length}`, expiresAt: Date.now() + 3_600_000 }));

  test("asks each time, so that nobody is handed the token of whoever signed out or changed accounts since; several questions at once are one request", async () => {
    answer = tokens;
    const provide = createTokenProvider({ basePath });
    const given: string[] = [];
    for (let time = 0; time < 3; time++) provide((token) => given.push(token));
    await settled();
    provide((token) => given.push(token));
    await settled();
    expect(given).toEqual(["token-1", "token-1", "token-1", "token-2"]);
    expect(fetched.mock.calls).toEqual(Array.from({ length: 2 }, () => [`${basePath}/token`, { headers: { "x-refrain": "1" }, cache: "no-store" }]));
    answer = async () => new Response("", { status: 401 });
    provide((token) => given.push(token));
    await settled();
    expect(given).toHaveLength(4);
  });

  test("hands out a living token also where the browser's clock is hours behind", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const serverNow = Date.now();
    vi.setSystemTime(serverNow - 7_200_000);
    answer = async () => Response.json({ accessToken: `token-${fetched.mock.calls.length}`, expiresAt: serverNow + 3_600_000 });
    const provide = createTokenProvider({ basePath });
    const given: string[] = [];
    provide((token) => given.push(token));
    await settled();
    vi.setSystemTime(Date.now() + 3_600_000);
    provide((token) => given.push(token));
    await settled();
    expect(given).toEqual(["token-1", "token-2"]);
  });

  test("tells why there is none, and asks again the next time", async () => {
    const onError = vi.fn();
    const give = vi.fn();
    const provide = createTokenProvider({ basePath, onError });
    for (const failing of [
      async () => new Response("", { status: 401 }),
      () => Promise.reject(new TypeError("offline")),
      async () => new Response("<html>of the café's network"),
    ]) {
      answer = failing;
      provide(give);
      await settled();
    }
    expect(onError.mock.calls).toEqual([[401], [0], [0]]);
    expect(give).not.toHaveBeenCalled();
    answer = tokens;
    provide(give);
    await settled();
    expect(give).toHaveBeenCalledWith("token-4");
  });
});
