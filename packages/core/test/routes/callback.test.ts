import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { BASE, type Browser, fastestMs, NAVIGATION, ORIGIN, said, SECRET, SESSION, SIGN_INS, world, type World } from "./world.js";

const OTHER_SECRET = "b1Xo8TqLr4Wz0NcVhJm7KyPdF2sEgU9aRiC6tYxMnQ3";

async function isSignedIn(browser: Browser): Promise<boolean> {
  const response = await browser.request("GET", "/auth/spotify/session");
  return ((await response.json()) as { signedIn: boolean }).signedIn;
}

async function expectPage(response: Response, status: number, text: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await said(response)).toContain(text);
}

/** The user takes the app's access away on Spotify's own page, and the app finds out. */
async function revoke(here: World, user: string): Promise<void> {
  const { token } = here.spotify;
  here.spotify.token = () => Response.json({ error: "invalid_grant" }, { status: 400 });
  await here.clock.advance(3_600_000);
  await expect(here.engine.usable(await here.engine.keyOf(user), { minValidMs: 0, sessionId: null })).rejects.toMatchObject({
    code: "reauthorization_required",
  });
  here.spotify.token = token;
}

function failures({ events }: World): unknown[] {
  return events.filter(({ event }) => event === "loginFailed").map(({ detail }) => (detail as { reason: string }).reason);
}

describe("callback", () => {
  it("signs in, and sends the browser on to a clean URL (S-013)", async () => {
    const here = world({ scopes: ["user-top-read"] });
    const browser = here.browser();
    const response = await browser.signIn("?returnTo=/top?range=short");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${ORIGIN}/top?range=short`);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(await isSignedIn(browser)).toBe(true);
    expect(here.spotify.tokenCalls[0]?.get("redirect_uri")).toBe(`${BASE}/callback`);
    expect(here.events.map(({ event }) => event)).toEqual(["signedIn"]);
    // Nothing is on its way any more; what is left says for ten seconds that a sign-in was finished.
    expect(response.headers.getSetCookie().find((line) => line.startsWith(SIGN_INS))).toContain("; Max-Age=10;");
  });

  it("stores a grant whose times count from when the request was sent", async () => {
    const here = world({ scopes: ["user-top-read"] });
    const before = here.clock.now();
    await here.browser().signIn();
    const grant = await here.grantOf("account-ada");
    expect(grant).toMatchObject({ v: 1, user: { id: "account-ada", spotifyId: "ada" }, scopes: ["user-top-read"], phase: { name: "active" }, closedAt: null });
    expect(grant?.access.sentAt).toBeGreaterThanOrEqual(before);
    expect(grant?.access.expiresAt).toBe((grant?.access.sentAt ?? 0) + 3_600_000);
    // Half-way between the middle of the hour and four minutes before its end: the first refresh is spread, since many may sign in at once.
    expect(grant?.access.refreshAfter).toBe((grant?.access.sentAt ?? 0) + 43 * 60_000);
    expect(grant?.sessions).toHaveLength(1);
    expect(grant?.sessions[0]?.expiresAt).toBe((grant?.sessions[0]?.createdAt ?? 0) + 30 * 86_400_000);
  });

  describe("belongs to one browser, once (S-003, V-004)", () => {
    it("another browser with the same code and state gets a page and no session", async () => {
      const here = world();
      const { answer } = await here.browser().begin();
      const other = here.browser();
      await expectPage(await other.visit(answer), 400, "Cookies may be blocked");
      expect(other.jar.size).toBe(0);
      expect(here.spotify.tokenCalls).toHaveLength(0);
      expect(failures(here)).toEqual(["unknownTransaction"]);
    });

    it("another browser with a sign-in of its own gets a page and no session", async () => {
      const here = world();
      const { answer } = await here.browser().begin();
      const other = here.browser();
      await other.begin();
      await expectPage(await other.visit(answer), 400, "Start again");
      expect(other.jar.has(SESSION)).toBe(false);
      expect(here.spotify.tokenCalls).toHaveLength(0);
    });

    it("of 50 parallel callbacks one exchanges the code and one session comes of it (I8)", async () => {
      const here = world();
      const browser = here.browser();
      const own = await browser.begin();
      const responses = await Promise.all(
        Array.from({ length: 50 }, () => browser.request("GET", own.answer, { ...NAVIGATION, cookie: `${SIGN_INS}=${browser.jar.get(SIGN_INS)}` })),
      );
      expect(responses.filter(({ status }) => status === 303)).toHaveLength(1);
      expect(responses.filter(({ status }) => status === 400)).toHaveLength(49);
      expect(here.spotify.tokenCalls).toHaveLength(1);
      expect((await here.grantOf("account-ada"))?.sessions).toHaveLength(1);
    });

    it("over two processes at one store, too", async () => {
      const store = memoryStore();
      const [one, two] = [world({ store }), world({ store })];
      const browser = one.browser();
      const { answer } = await browser.begin();
      const cookie = `${SIGN_INS}=${browser.jar.get(SIGN_INS)}`;
      const responses = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).browser().visit(answer, { cookie })));
      expect(responses.filter(({ status }) => status === 303)).toHaveLength(1);
      expect(one.spotify.tokenCalls.length + two.spotify.tokenCalls.length).toBe(1);
    });

    it("F-007 also where this process's clock is two hours behind the store's", async () => {
      const ofStore = { ...systemClock, now: () => Date.now() + 7_200_000 };
      const here = world({ store: memoryStore({ clock: ofStore }) });
      const browser = here.browser();
      const { answer } = await browser.begin();
      const cookie = `${SIGN_INS}=${browser.jar.get(SIGN_INS)}`;
      expect((await browser.visit(answer)).status).toBe(303);
      expect((await here.browser().visit(answer, { cookie })).status).toBe(400);
      expect(here.spotify.tokenCalls).toHaveLength(1);
    });

    it("the second of two, with the cookie as it was, gets a page, and the first session stays (F-023)", async () => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin("?returnTo=/top");
      const old = browser.jar.get(SIGN_INS) ?? "";
      await browser.visit(answer);
      const session = browser.jar.get(SESSION);
      browser.jar.set(SIGN_INS, old);
      const again = await browser.visit(answer);
      await expectPage(again, 400, "already signed in");
      expect(browser.jar.get(SESSION)).toBe(session);
      expect(await isSignedIn(browser)).toBe(true);
      expect(here.spotify.tokenCalls).toHaveLength(1);
      expect(here.answers.at(-2)?.body).toContain(`href="${ORIGIN}/top"`);
    });

    it("the back button shows a page that leads on, and the session stays (F-023)", async () => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      await browser.visit(answer);
      await expectPage(await browser.visit(answer), 400, "You are still signed in");
      expect(await isSignedIn(browser)).toBe(true);
    });
  });

  it("after eleven minutes is too late (S-004)", async () => {
    const here = world();
    const browser = here.browser();
    const { answer } = await browser.begin();
    await here.clock.advance(11 * 60_000);
    await expectPage(await browser.visit(answer), 400, "longer than ten minutes");
    expect(here.spotify.tokenCalls).toHaveLength(0);
  });

  it("one millisecond before ten minutes is in time (S-004)", async () => {
    const here = world();
    const browser = here.browser();
    const { answer } = await browser.begin();
    here.clock.jump(10 * 60_000 - 2_000);
    expect((await browser.visit(answer)).status).toBe(303);
  });

  it("finishes two tabs, each on its own page; the last wins (S-004, F-023)", async () => {
    const here = world();
    const browser = here.browser();
    const [one, two] = [await browser.begin("?returnTo=/one"), await browser.begin("?returnTo=/two")];
    expect((await browser.visit(one.answer)).headers.get("location")).toBe(`${ORIGIN}/one`);
    const first = browser.jar.get(SESSION);
    expect((await browser.visit(two.answer)).headers.get("location")).toBe(`${ORIGIN}/two`);
    expect(browser.jar.get(SESSION)).not.toBe(first);
    expect((await here.grantOf("account-ada"))?.sessions).toHaveLength(1);
  });

  it.each([
    ["goes on after a rotation of the secret", [OTHER_SECRET, SECRET], 303],
    ["starts again after a change of the secret", [OTHER_SECRET], 400],
  ])("%s half way", async (_what, secret, status) => {
    const store = memoryStore();
    const before = world({ store }).browser();
    const { answer } = await before.begin();
    const after = world({ store, secret }).browser();
    after.jar.set(SIGN_INS, before.jar.get(SIGN_INS) ?? "");
    expect((await after.visit(answer)).status).toBe(status);
  });

  it("of another client with the same secret is none of ours", async () => {
    const store = memoryStore();
    const theirs = world({ store, clientId: "client-2" }).browser();
    const { answer } = await theirs.begin();
    const ours = world({ store }).browser();
    ours.jar.set(SIGN_INS, theirs.jar.get(SIGN_INS) ?? "");
    expect((await ours.visit(answer)).status).toBe(400);
  });

  describe("refuses what is not a well-formed answer, before any token call", () => {
    it.each([
      ["a second code (S-010)", (state: string) => `code=a&code=b&state=${state}`],
      ["a second state (S-010)", (state: string) => `code=a&state=${state}&state=${state}`],
      ["a second state that is wrong (S-010)", (state: string) => `code=a&state=${state}&state=x`],
      ["a second iss (S-010)", (state: string) => `code=a&state=${state}&iss=https://accounts.spotify.com&iss=https://accounts.spotify.com`],
      ["a second error (S-010)", (state: string) => `error=a&error=access_denied&state=${state}`],
      ["a code and an error", (state: string) => `code=a&error=access_denied&state=${state}`],
      ["neither code nor error", (state: string) => `state=${state}`],
      ["an empty code", (state: string) => `code=&state=${state}`],
      ["no state", () => "code=a"],
      ["an empty state", () => "code=a&state="],
      ["a state with NUL behind it (S-014)", (state: string) => `code=a&state=${state}%00`],
      ["a code with a control character (S-014)", (state: string) => `code=a%0d%0ab&state=${state}`],
      ["an endless code", (state: string) => `code=${"a".repeat(5000)}&state=${state}`],
      ["another issuer (S-011)", (state: string) => `code=a&state=${state}&iss=https://evil.example`],
      ["the issuer with a trailing slash (S-011)", (state: string) => `code=a&state=${state}&iss=https://accounts.spotify.com/`],
      ["another issuer's answer on this path (S-016)", (state: string) => `code=a&state=${state}&iss=http://127.0.0.1:4000`],
      ["an empty issuer (S-011)", (state: string) => `code=a&state=${state}&iss=`],
    ])("%s", async (_what, query) => {
      const here = world();
      const browser = here.browser();
      const { state } = await browser.begin();
      const response = await browser.visit(`/auth/spotify/callback?${query(state)}`);
      await expectPage(response, 400, "Start again");
      expect(browser.jar.has(SESSION)).toBe(false);
      expect(here.spotify.tokenCalls).toHaveLength(0);
    });

    it("the right issuer is fine (S-011)", async () => {
      const browser = world().browser();
      const { answer } = await browser.begin();
      expect((await browser.visit(`${answer}&iss=${encodeURIComponent("https://accounts.spotify.com")}`)).status).toBe(303);
    });

    it.each([
      ["NUL", "%00"],
      ["1 MB", "s".repeat(1_000_000)],
      ["1 MB of percent signs", "%25".repeat(300_000)],
    ])("a state of %s is refused in under 50 ms (S-014, V-029)", async (_what, state) => {
      const here = world();
      const browser = here.browser();
      await browser.begin();
      const headers = new Headers({ ...NAVIGATION, cookie: `${SIGN_INS}=${browser.jar.get(SIGN_INS)}` });
      const request = new Request(`${BASE}/callback?code=a&state=${state}`, { headers });
      expect((await here.routes.handle(request))?.status).toBe(400);
      expect(await fastestMs(() => here.routes.handle(request))).toBeLessThan(50);
    });

    it("a callback without a stored verifier never reaches the token endpoint (S-016)", async () => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      browser.jar.delete(SIGN_INS);
      await expectPage(await browser.visit(answer), 400, "Cookies may be blocked");
      expect(here.spotify.tokenCalls).toHaveLength(0);
    });

    it.each(["garbage", "a.b.c.d.e", "x".repeat(5000)])("a transaction cookie of %.20s counts as none", async (value) => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      browser.jar.set(SIGN_INS, value);
      expect((await browser.visit(answer)).status).toBe(400);
    });

    it("a transaction cookie that comes twice counts as none (V-033)", async () => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      const cookie = `${SIGN_INS}=${browser.jar.get(SIGN_INS)}`;
      expect((await browser.visit(answer, { cookie: `${cookie}; ${cookie}` })).status).toBe(400);
      expect((await browser.visit(answer, { cookie })).status).toBe(303);
    });
  });

  describe("tells errors without repeating them (S-012, V-019, F-025)", () => {
    it.each([
      ["access_denied", "You did not allow the sign-in", "denied"],
      ["server_error", "Spotify did not accept the sign-in", "refused"],
      ["<script>alert(1)</script>", "Spotify did not accept the sign-in", "refused"],
    ])("%s shows a page, and the sign-in is over", async (error, text, reason) => {
      const here = world();
      const browser = here.browser();
      const { state } = await browser.begin();
      const query = new URLSearchParams({ error, state, error_description: "<b>canary-description</b>", error_uri: "https://evil.example" });
      const old = browser.jar.get(SIGN_INS) ?? "";
      const response = await browser.visit(`/auth/spotify/callback?${query}`);
      const body = await said(response);
      await expectPage(response, 400, text);
      expect(body).not.toMatch(/script|canary-description|evil/);
      expect(failures(here)).toEqual([reason]);
      expect(browser.jar.has(SIGN_INS)).toBe(false);
      browser.jar.set(SIGN_INS, old);
      expect((await browser.visit(`/auth/spotify/callback?code=late&state=${state}`)).status).toBe(400);
      expect(here.spotify.tokenCalls).toHaveLength(0);
    });

    it.each(["error=access_denied", "error=access_denied&state=forged", "error=%3Cscript%3E&state=%22%3E%3Cscript%3E"])(
      "a forged %s ends nothing and is not reflected",
      async (query) => {
        const here = world();
        const browser = here.browser();
        const { answer } = await browser.begin();
        const response = await browser.visit(`/auth/spotify/callback?${query}`);
        expect(response.status).toBe(400);
        expect(await said(response)).not.toMatch(/forged|<script|access_denied/);
        expect((await browser.visit(answer)).status).toBe(303);
      },
    );
  });

  describe("has no effect before it is really visited (S-015)", () => {
    it.each([
      ["HEAD", "HEAD", {}, 405],
      ["POST", "POST", {}, 405],
      ["a prefetch", "GET", { "sec-purpose": "prefetch" }, 401],
      ["a prerender", "GET", { "sec-purpose": "prefetch;prerender" }, 401],
      ["an old prefetch", "GET", { purpose: "prefetch" }, 401],
    ])("%s leaves the code unspent", async (_what, method, headers, status) => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      const response = await browser.request(method, answer, { ...NAVIGATION, ...headers });
      expect(response.status).toBe(status);
      if (status === 405) expect(response.headers.get("allow")).toBe("GET");
      expect(response.headers.has("set-cookie")).toBe(false);
      expect(here.spotify.tokenCalls).toHaveLength(0);
      expect((await browser.visit(answer)).status).toBe(303);
    });
  });

  describe("when Spotify does not answer as hoped, nobody is signed in and nothing is repeated (I8)", () => {
    it.each<[string, (here: World) => void, number, string, string, number]>([
      [
        "a code it does not accept",
        ({ spotify }) => (spotify.token = () => Response.json({ error: "invalid_grant" }, { status: 400 })),
        400,
        "did not accept",
        "refused",
        1,
      ],
      [
        "wrong client credentials",
        ({ spotify }) => (spotify.token = () => Response.json({ error: "invalid_client" }, { status: 400 })),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      [
        "429 at the token endpoint",
        ({ spotify }) => (spotify.token = () => new Response("", { status: 429, headers: { "retry-after": "7" } })),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      [
        "HTML instead of tokens",
        ({ spotify }) => (spotify.token = () => new Response("<html>canary-upstream", { status: 502 })),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      [
        "a connection that breaks",
        ({ spotify }) => (spotify.token = () => Promise.reject(new TypeError("canary-network"))),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      [
        "no refresh token",
        ({ spotify }) => (spotify.token = (answer) => Response.json({ ...answer, refresh_token: undefined })),
        400,
        "did not accept",
        "refused",
        1,
      ],
      [
        "an empty refresh token",
        ({ spotify }) => (spotify.token = (rest) => Response.json({ ...rest, refresh_token: "" })),
        400,
        "did not accept",
        "refused",
        1,
      ],
      [
        "a user outside the allowlist",
        ({ spotify }) => (spotify.me = () => new Response("User not registered in the Developer Dashboard", { status: 403 })),
        403,
        "does not let this account",
        "refused",
        1,
      ],
      [
        "the newer text for that",
        ({ spotify }) =>
          (spotify.me = () => new Response("Check settings on developer.spotify.com/dashboard, the user may not be registered.", { status: 403 })),
        403,
        "User Management",
        "refused",
        1,
      ],
      [
        "an owner without Premium",
        ({ spotify }) => (spotify.me = () => new Response("Active premium subscription required for the owner of the app.", { status: 403 })),
        403,
        "has paused this app",
        "refused",
        1,
      ],
      ["a 403 nobody knows", ({ spotify }) => (spotify.me = () => new Response("nope", { status: 403 })), 400, "did not accept", "refused", 1],
      [
        "a token it refuses at once",
        ({ spotify }) => (spotify.me = () => Response.json({ error: { status: 401, message: "Invalid access token" } }, { status: 401 })),
        400,
        "did not accept",
        "refused",
        1,
      ],
      [
        "429 at the Web API",
        ({ spotify }) => (spotify.me = () => new Response("Too many requests", { status: 429, headers: { "retry-after": "30" } })),
        429,
        "slow down",
        "unavailable",
        1,
      ],
      ["500 at the Web API", ({ spotify }) => (spotify.me = () => new Response("upstream", { status: 500 })), 503, "cannot be reached", "unavailable", 1],
      [
        "a Web API out of reach",
        ({ spotify }) => (spotify.me = () => Promise.reject(new TypeError("canary-network"))),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      [
        "a 403 for want of a scope",
        ({ spotify }) => (spotify.me = () => Response.json({ error: { status: 403, message: "Insufficient client scope" } }, { status: 403 })),
        400,
        "did not accept",
        "refused",
        1,
      ],
      [
        "a redirect at the Web API (S-023)",
        ({ spotify }) => (spotify.me = () => new Response(null, { status: 307, headers: { location: "https://evil.example" } })),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      [
        "a profile under a status of its own",
        ({ spotify }) => (spotify.me = () => Response.json({ id: "eve" }, { status: 500 })),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      [
        "a profile larger than 64 KiB",
        ({ spotify }) => (spotify.me = () => Response.json({ id: "eve", padding: "x".repeat(70_000) })),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      ["a profile that is no JSON", ({ spotify }) => (spotify.me = () => new Response("canary-profile")), 503, "cannot be reached", "unavailable", 1],
      [
        "a profile without any id",
        ({ spotify }) => (spotify.account = { display_name: "Ada", email: "ada@app.example" }),
        503,
        "cannot be reached",
        "unavailable",
        1,
      ],
      ["an endless profile", ({ spotify }) => (spotify.me = () => new Response("x".repeat(100_000))), 503, "cannot be reached", "unavailable", 1],
    ])("%s", async (_what, arrange, status, text, reason, exchanges) => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin("?returnTo=/top");
      arrange(here);
      const response = await browser.visit(answer);
      const body = await said(response);
      await expectPage(response, status, text);
      expect(body).not.toContain("canary");
      expect(body).not.toContain("You are still signed in");
      if (status !== 403) expect(body).toContain("login?returnTo=%2Ftop");
      expect(failures(here)).toEqual([reason]);
      expect(browser.jar.size).toBe(0);
      expect(here.spotify.tokenCalls).toHaveLength(exchanges);
      expect([await here.grantOf("account-ada"), await here.grantOf("eve")]).toEqual([null, null]);
    });

    it("throttling is passed on as Retry-After", async () => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      here.spotify.token = () => new Response("", { status: 429, headers: { "retry-after": "7" } });
      expect((await browser.visit(answer)).headers.get("retry-after")).toBe("7");
    });

    it.each(["token", "me"] as const)("a %s call that hangs ends after ten seconds", async (call) => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      here.spotify[call] = () => new Promise<Response>(() => undefined);
      const pending = browser.visit(answer);
      while ((call === "token" ? here.spotify.tokenCalls : here.spotify.meCalls).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await here.clock.advance(10_000);
      expect((await pending).status).toBe(503);
      expect(here.spotify.tokenCalls).toHaveLength(1);
    });
  });

  describe("with a store that fails leaves no half session (F-001, F-013)", () => {
    it("before the code is sent: the code is not sent", async () => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      here.store = "down";
      await expectPage(await browser.visit(answer), 503, "cannot be reached");
      expect(here.spotify.tokenCalls).toHaveLength(0);
      expect(browser.jar.has(SESSION)).toBe(false);
    });

    it("after the exchange: no cookie, and starting again works", async () => {
      const here = world();
      const browser = here.browser();
      const { answer } = await browser.begin();
      here.spotify.me = () => {
        here.store = "down";
        return Response.json({ id: "ada" });
      };
      await expectPage(await browser.visit(answer), 503, "cannot be reached");
      expect(browser.jar.has(SESSION)).toBe(false);
      here.store = "up";
      here.spotify.me = () => Response.json({ id: "ada" });
      expect((await browser.signIn()).status).toBe(303);
    });
  });

  describe("knows who the user is by the account alone (S-056, V-024)", () => {
    it.each([
      ["account_id", { id: "ada", account_id: "account-ada" }, { id: "account-ada", spotifyId: "ada" }],
      ["id where there is no account_id", { id: "ada" }, { id: "ada", spotifyId: "ada" }],
      ["id where account_id is empty", { id: "ada", account_id: "" }, { id: "ada", spotifyId: "ada" }],
      ["id where account_id is no text", { id: "ada", account_id: 7 }, { id: "ada", spotifyId: "ada" }],
      ["account_id where there is no id", { account_id: "account-ada" }, { id: "account-ada", spotifyId: "account-ada" }],
    ])("by %s", async (_what, account, user) => {
      const here = world();
      here.spotify.account = account;
      await here.browser().signIn();
      expect((await here.grantOf(user.id))?.user).toEqual(user);
    });

    it("the same e-mail address and name with another id are another user", async () => {
      const here = world();
      here.spotify.account = { id: "ada", email: "a@app.example", display_name: "A" };
      await here.browser().signIn();
      here.spotify.account = { id: "eve", email: "a@app.example", display_name: "A" };
      await here.browser().signIn();
      expect((await here.grantOf("ada"))?.sessions).toHaveLength(1);
      expect((await here.grantOf("eve"))?.sessions).toHaveLength(1);
      expect(JSON.stringify([await here.grantOf("ada"), await here.grantOf("eve")])).not.toContain("app.example");
    });
  });

  describe("gives every sign-in a session of its own (S-051, V-007)", () => {
    it("a cookie that was there before is replaced and never adopted", async () => {
      const here = world();
      const browser = here.browser();
      const planted = `${"k".repeat(43)}.${"s".repeat(43)}`;
      browser.jar.set(SESSION, planted);
      await browser.signIn();
      expect(browser.jar.get(SESSION)).not.toBe(planted);
      const other = here.browser();
      other.jar.set(SESSION, planted);
      expect(await isSignedIn(other)).toBe(false);
    });

    it.each(["", "?scope=streaming"])("after signing in again (%j) the session before is over", async (query) => {
      const here = world();
      const browser = here.browser();
      await browser.signIn();
      const before = browser.jar.get(SESSION) ?? "";
      await browser.signIn(query);
      expect(await isSignedIn(browser)).toBe(true);
      const thief = here.browser();
      thief.jar.set(SESSION, before);
      expect(await isSignedIn(thief)).toBe(false);
      expect((await here.grantOf("account-ada"))?.sessions).toHaveLength(1);
    });

    it("a second browser keeps its own session", async () => {
      const here = world();
      const [one, two] = [here.browser(), here.browser()];
      await one.signIn();
      await two.signIn();
      expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([true, true]);
    });

    it("changing to another account ends the session of the one before", async () => {
      const here = world();
      const browser = here.browser();
      await browser.signIn();
      const before = browser.jar.get(SESSION) ?? "";
      here.spotify.account = { id: "bob" };
      expect((await browser.signIn()).status).toBe(303);
      const thief = here.browser();
      thief.jar.set(SESSION, before);
      expect(await isSignedIn(thief)).toBe(false);
      expect(await here.grantOf("account-ada")).toBeNull();
      expect(here.events.map(({ event }) => event)).toEqual(["signedIn", "signedIn", "signedOut"]);
    });

    it("an account that the app is not open to can be changed for another one: Spotify asks when it starts again", async () => {
      const here = world();
      const browser = here.browser();
      here.spotify.me = () => new Response("User not registered in the Developer Dashboard", { status: 403 });
      const page = await said(await browser.signIn("?returnTo=/top"));
      expect(page).toContain("does not let this account use the app yet");
      expect(page).toContain("/auth/spotify/login?returnTo=%2Ftop&#38;dialog=true");
      expect((await browser.begin("?dialog=true")).url.searchParams.get("show_dialog")).toBe("true");
    });

    it.each([
      ["asking for a further scope", "?scope=streaming", async () => undefined],
      ["renewing a consent that ends within a month", "", async (here: World) => here.clock.advance(160 * 86_400_000)],
    ])("another account's answer to %s is a page, never a silent switch", async (_what, query, arrange) => {
      const here = world({ session: { absoluteMs: 300 * 86_400_000, idleMs: 300 * 86_400_000 } });
      const browser = here.browser();
      await browser.signIn();
      await arrange(here);
      const before = browser.jar.get(SESSION);
      const { answer } = await browser.begin(query);
      here.spotify.account = { id: "bob" };
      await expectPage(await browser.visit(answer), 400, "That is another Spotify account");
      expect(browser.jar.get(SESSION)).toBe(before);
      expect(await isSignedIn(browser)).toBe(true);
      expect(await here.grantOf("bob")).toBeNull();
      expect(failures(here)).toEqual(["otherAccount"]);
    });
  });

  describe("a sign-in in another browser keeps what was allowed in the first", () => {
    it("Spotify is asked for it at once, and the browser ends up on its page", async () => {
      const here = world();
      const [one, two] = [here.browser(), here.browser()];
      await one.signIn();
      await one.signIn("?scope=streaming");
      const narrow = await two.signIn("?returnTo=/play");
      expect(narrow.headers.get("location")).toBe(`${BASE}/login?returnTo=%2Fplay&scope=streaming`);
      const wide = await two.signIn("?returnTo=%2Fplay&scope=streaming");
      expect(wide.headers.get("location")).toBe(`${ORIGIN}/play`);
      expect((await here.grantOf("account-ada"))?.scopes).toContain("streaming");
      expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([true, true]);
    });

    it("who says no to it now is signed in all the same, and is not asked again", async () => {
      const here = world();
      const [one, two] = [here.browser(), here.browser()];
      await one.signIn("?scope=streaming");
      await two.signIn();
      const { state } = await two.begin("?scope=streaming");
      await expectPage(await two.visit(`/auth/spotify/callback?error=access_denied&state=${state}`), 400, "You are still signed in");
      expect((await two.signIn("?returnTo=/play")).headers.get("location")).toBe(`${ORIGIN}/play`);
    });

    it.each<[string, (here: World, one: Browser) => Promise<unknown>]>([
      ["signed out", async (_here, one) => one.submit("/auth/spotify/logout")],
      ["disconnected", async (_here, one) => one.submit("/auth/spotify/disconnect")],
      ["taken back at Spotify", async (here) => revoke(here, "account-ada")],
    ])("what was %s is not asked for again", async (_what, end) => {
      const here = world();
      const [one, two] = [here.browser(), here.browser()];
      await one.signIn("?scope=streaming");
      await end(here, one);
      await here.clock.advance(1_000);
      expect((await two.signIn("?returnTo=/play")).headers.get("location")).toBe(`${ORIGIN}/play`);
    });
  });

  it.each([-5_000, -600_000])(
    "F-007 a step-up counts although the clock went back by %i ms since the sign-in: the page that asked would ask again, and so on",
    async (ms) => {
      const here = world();
      const browser = here.browser();
      await browser.signIn();
      here.clock.jump(ms);
      await browser.signIn("?scope=streaming&returnTo=/play");
      expect((await here.grantOf("account-ada"))?.scopes).toContain("streaming");
    },
  );

  it("a step-up that comes back without the scope is a page, not a second redirect", async () => {
    const here = world();
    const browser = here.browser();
    await browser.signIn();
    const { answer } = await browser.begin("?scope=streaming&returnTo=/play");
    here.spotify.token = (rest) => Response.json({ ...rest, scope: "user-read-private" });
    await expectPage(await browser.visit(answer), 400, "did not give every permission");
    expect(await isSignedIn(browser)).toBe(true);
    expect((await here.grantOf("account-ada"))?.scopes).toEqual(["user-read-private"]);
    expect(failures(here)).toEqual(["scopesNotGranted"]);
  });

  it("a step-up the user declines leaves the session as it was", async () => {
    const here = world();
    const browser = here.browser();
    await browser.signIn();
    const before = browser.jar.get(SESSION);
    const { state } = await browser.begin("?scope=streaming");
    await expectPage(await browser.visit(`/auth/spotify/callback?error=access_denied&state=${state}`), 400, "You are still signed in");
    expect(browser.jar.get(SESSION)).toBe(before);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it.each([
    ["a step-up starts it again with its scope", "?scope=streaming&returnTo=/play", "returnTo=%2Fplay&#38;scope=streaming"],
    ["a plain sign-in starts it again as a plain one, so that another account may answer", "?returnTo=/play", "returnTo=%2Fplay"],
  ])("declining %s", async (_what, query, again) => {
    const here = world();
    const browser = here.browser();
    await browser.signIn();
    await browser.signIn("?scope=streaming");
    const { state } = await browser.begin(query);
    const page = await browser.visit(`/auth/spotify/callback?error=access_denied&state=${state}`);
    expect(await said(page)).toContain(`href="${BASE}/login?${again}"`);
  });

  it("a sign-in that began before a disconnect fails, and the user is told (F-017, promise 9)", async () => {
    const here = world();
    const [one, two] = [here.browser(), here.browser()];
    await one.signIn();
    const { answer } = await two.begin();
    await here.clock.advance(1_000);
    await one.submit("/auth/spotify/disconnect");
    await expectPage(await two.visit(answer), 400, "You signed out while this was under way");
    expect(two.jar.has(SESSION)).toBe(false);
    expect(await here.grantOf("account-ada")).toBeNull();
    expect(failures(here)).toEqual(["closedSince"]);
  });

  it("a plain sign-out does not bar another tab's sign-in", async () => {
    const here = world();
    const [one, two] = [here.browser(), here.browser()];
    await one.signIn();
    const { answer } = await two.begin();
    await here.clock.advance(1_000);
    await one.submit("/auth/spotify/logout");
    expect((await two.visit(answer)).status).toBe(303);
  });
});
