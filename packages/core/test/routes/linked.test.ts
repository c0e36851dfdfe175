import { beforeEach, describe, expect, it } from "vitest";
import { memoryStore } from "../../src/store/memory-store.js";
import { BASE, type Browser, FORM, NAVIGATION, ORIGIN, said, SCRIPT, SESSION, SIGN_INS, world, type World } from "./world.js";

const ADA = { id: "ada", account_id: "account-ada" };
const BOB = { id: "bob", account_id: "account-bob" };
const EVE = { id: "eve", account_id: "account-eve" };
const minute = 60_000;

let here: World;
let browser: Browser;

beforeEach(() => {
  here = world();
  browser = as("user-1");
});

function as(appUser: string | null, at = here): Browser {
  return Object.assign(at.browser(), { appUser });
}

async function sees(from: Browser): Promise<unknown> {
  return ((await (await from.request("GET", "/auth/spotify/session")).json()) as { user?: { id: string } }).user?.id ?? null;
}

function failures({ events }: World): unknown[] {
  return events.filter(({ event }) => event === "loginFailed").map(({ detail }) => (detail as { reason: string }).reason);
}

/** The addresses a page leads to, in their order. */
async function linksOf(response: Response): Promise<string[]> {
  const html = (await said(response)).replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  return Array.from(html.matchAll(/href="([^"]*)"/g), ([, href]) => href ?? "");
}

/** Signs in with the account, as a user of the app who has another one linked. */
async function offered(query?: string): Promise<{ page: Response; accept: string; keep: string }> {
  await browser.signIn();
  here.spotify.account = BOB;
  const page = await browser.signIn(query);
  const [accept = "", keep = ""] = await linksOf(page);
  return { page, accept: accept.replace(BASE, "/auth/spotify"), keep };
}

/** Follows a link that begins a sign-in, and comes back from Spotify. */
async function follow(link: string, from = browser): Promise<Response> {
  const { answer } = await from.begin(link.slice(link.indexOf("?")));
  return from.visit(answer);
}

describe("a linked account", () => {
  it("is the app's own user's, without a session or a cookie of ours", async () => {
    const response = await browser.signIn("?returnTo=/top");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${ORIGIN}/top`);
    expect(await here.grantOf("user-1")).toMatchObject({ user: { id: "account-ada", spotifyId: "ada" }, sessions: [] });
    expect(await here.grantOf("account-ada")).toBeNull();
    expect(browser.jar.size).toBe(0);
    expect(here.answers.flatMap(({ headers }) => headers).filter(([name, value]) => name === "set-cookie" && !value.startsWith(SIGN_INS))).toEqual([]);
    expect(here.events.map(({ event }) => event)).toEqual(["signedIn"]);
  });

  it("is seen by whoever the app says it is, in any browser, and by nobody else", async () => {
    await browser.signIn();
    expect(await Promise.all([as("user-1"), as("user-2"), as("account-ada"), as(null)].map(sees))).toEqual(["account-ada", null, null, null]);
  });

  it("is not seen by a session cookie, and no cookie hides it", async () => {
    const former = here.browser();
    await former.signIn();
    expect(await sees(Object.assign(former, { appUser: "user-1" }))).toBeNull();
    await browser.signIn();
    expect(await sees(former)).toBe("account-ada");
  });

  it.each(["GET", "POST"])("has no logout of ours: %s is 404 and changes nothing", async (method) => {
    await browser.signIn();
    expect((await browser.request(method, "/auth/spotify/logout", FORM)).status).toBe(404);
    expect((await as(null).request(method, "/auth/spotify/logout", SCRIPT)).status).toBe(404);
    expect(await sees(browser)).toBe("account-ada");
  });

  it("may be linked to two users of the app: two grants, and unlinking one leaves the other", async () => {
    const other = as("user-2");
    await browser.signIn();
    await other.signIn();
    await browser.submit("/auth/spotify/disconnect");
    expect([await sees(browser), await sees(other)]).toEqual([null, "account-ada"]);
  });

  it("is consented to again in its place, by the same account without a question", async () => {
    await browser.signIn();
    expect((await browser.signIn("?scope=streaming")).status).toBe(303);
    expect(await here.grantOf("user-1")).toMatchObject({ scopes: ["streaming"], refresh: { token: here.spotify.secrets.at(-3) } });
  });

  it("S-056, V-024 goes by Spotify's user id, whatever the e-mail address", async () => {
    here.spotify.account = { ...ADA, email: "same@example.test", display_name: "Same" };
    const [one, other] = [here.browser(), here.browser()];
    await one.signIn();
    await browser.signIn();
    here.spotify.account = { ...BOB, email: "same@example.test", display_name: "Same" };
    await other.signIn();
    expect([await sees(one), await sees(other)]).toEqual(["account-ada", "account-bob"]);
    expect((await browser.signIn()).status).toBe(400);
    expect(await sees(browser)).toBe("account-ada");
  });
});

describe("unlinking", () => {
  it("erases at once, in every browser, and leaves the app's own session alone", async () => {
    await browser.signIn();
    const response = await browser.submit("/auth/spotify/disconnect?returnTo=/bye");
    expect(response.status).toBe(200);
    expect([...browser.jar.keys()]).toEqual([SIGN_INS]);
    expect((await browser.begin()).url.searchParams.get("show_dialog")).toBe("true");
    expect(await said(response)).toContain("You are still signed in to the app itself.");
    expect(await linksOf(response)).toEqual([`${ORIGIN}/bye`, "https://www.spotify.com/account/apps/"]);
    expect([await sees(browser), await sees(as("user-1"))]).toEqual([null, null]);
    expect(here.events.at(-1)).toEqual({ event: "signedOut", detail: { grant: expect.stringMatching(/^[\w-]{10}$/) as string, reason: "disconnect" } });
  });

  it("is 204 for a script, and 403 for a foreign page", async () => {
    await browser.signIn();
    expect((await browser.submit("/auth/spotify/disconnect", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect(await sees(browser)).toBe("account-ada");
    expect((await browser.request("POST", "/auth/spotify/disconnect", SCRIPT)).status).toBe(204);
    expect(await sees(browser)).toBeNull();
  });

  it.each(["user-2", null])("by %s is 401 and unlinks nobody", async (appUser) => {
    await browser.signIn();
    expect((await as(appUser).request("POST", "/auth/spotify/disconnect", SCRIPT)).status).toBe(401);
    expect(await sees(browser)).toBe("account-ada");
  });

  it("F-017 bars a linking that began before it", async () => {
    await browser.signIn();
    const { answer } = await browser.begin();
    await here.clock.advance(1);
    await browser.submit("/auth/spotify/disconnect");
    const response = await browser.visit(answer);
    expect(response.status).toBe(400);
    expect(failures(here)).toEqual(["closedSince"]);
    expect(await sees(browser)).toBeNull();
  });
});

describe("S-003 a linking on its way belongs to the user of the app who began it", () => {
  it.each<[string, string | null | undefined]>([
    ["another user of the app", "user-2"],
    ["nobody", null],
    ["someone for whom Spotify is the login", undefined],
  ])("in the same browser, %s cannot finish it, and the code is not spent", async (_, appUser) => {
    const { answer } = await browser.begin();
    const kept = browser.jar.get(SIGN_INS) ?? "";
    browser.appUser = appUser;
    const response = await browser.visit(answer);
    expect(response.status).toBe(400);
    expect(await said(response)).toContain("You are not signed in to this app as the one who began this");
    expect(browser.jar.has(SESSION)).toBe(false);
    expect(here.spotify.tokenCalls).toHaveLength(0);
    expect(failures(here)).toEqual(["otherSubject"]);

    browser.appUser = "user-1";
    browser.jar.set(SIGN_INS, kept);
    expect((await browser.visit(answer)).status).toBe(303);
    expect([await sees(browser), await sees(as("user-2"))]).toEqual(["account-ada", null]);
  });

  it("a user of the app cannot finish a sign-in that began where Spotify is the login", async () => {
    browser.appUser = undefined;
    const { answer } = await browser.begin();
    browser.appUser = "user-1";
    expect((await browser.visit(answer)).status).toBe(400);
    expect(failures(here)).toEqual(["otherSubject"]);
    expect(await sees(browser)).toBeNull();
  });

  it("another user's linked account stays as it is, and the page leads on", async () => {
    const other = as("user-2");
    await other.signIn();
    const { answer } = await browser.begin("?returnTo=/top");
    browser.appUser = "user-2";
    expect(await said(await browser.visit(answer))).toContain("nothing was changed");
    expect((await here.grantOf("user-2"))?.access.token).toContain("access-1-");
  });
});

describe("login by somebody who is not signed in to the app", () => {
  it("is a 401 page that says so, and begins nothing", async () => {
    const response = await as(null).visit("/auth/spotify/login?returnTo=/top");
    expect(response.status).toBe(401);
    expect(await said(response)).toContain("Sign in to this app first");
    expect([response.headers.has("set-cookie"), response.headers.has("location")]).toEqual([false, false]);
  });

  it("goes to the app's own sign-in page where there is one, and from there back to the same page", async () => {
    here = world({ pages: { signIn: "/sign-in?from=spotify" } });
    const response = await as(null).visit("/auth/spotify/login?returnTo=/top?range=short");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${ORIGIN}/sign-in?from=spotify&returnTo=%2Ftop%3Frange%3Dshort`);
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  it("is a 401 problem for a script, with or without such a page", async () => {
    for (const at of [here, world({ pages: { signIn: "/sign-in" } })]) {
      const response = await as(null, at).request("GET", "/auth/spotify/login", SCRIPT);
      expect([response.status, response.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    }
  });
});

describe("another Spotify account than the linked one", () => {
  it("is a question, and changes nothing by itself", async () => {
    const { page, accept, keep } = await offered("?returnTo=/top");
    expect(page.status).toBe(400);
    expect(await said(page)).toContain("This is not the Spotify account you linked");
    expect(accept).toMatch(/^\/auth\/spotify\/login\?returnTo=%2Ftop&replace=[\w-]{16,}$/);
    expect(keep).toBe(`${ORIGIN}/top`);
    expect(failures(here)).toEqual(["otherAccount"]);
    expect(await here.grantOf("user-1")).toMatchObject({ user: { id: "account-ada" }, refresh: { token: here.spotify.secrets[1] } });
  });

  it("takes its place when the user says so: its tokens and its user at once, and nothing is left of the other", async () => {
    const { accept } = await offered("?returnTo=/top");
    const before = await here.grantOf("user-1");
    const response = await follow(accept);
    expect([response.status, response.headers.get("location")]).toEqual([303, `${ORIGIN}/top`]);
    const [access, refresh] = here.spotify.secrets.slice(-4);
    expect(await here.grantOf("user-1")).toMatchObject({
      user: { id: "account-bob", spotifyId: "bob" },
      access: { token: access },
      refresh: { token: refresh },
    });
    const text = JSON.stringify(await here.grantOf("user-1"));
    for (const old of ["account-ada", before?.access.token ?? "?", before?.refresh.token ?? "?", before?.refresh.lineage ?? "?"])
      expect(text).not.toContain(old);
  });

  it("is asked about at Spotify after the user kept the linked one: Spotify would bounce the other back for ever", async () => {
    const asks = ({ url }: { url: URL }): boolean => url.searchParams.get("show_dialog") === "true";
    const { accept } = await offered("?returnTo=/top");
    const query = accept.slice(accept.indexOf("?"));
    expect(asks(await browser.begin(query))).toBe(false);
    await offered("?returnTo=/top");
    expect(asks(await browser.begin("?scope=streaming"))).toBe(true);
    expect(asks(await browser.begin())).toBe(false);
  });

  it("is refused again by the old answer: the question counts once", async () => {
    const { accept } = await offered();
    await follow(accept);
    here.spotify.account = ADA;
    expect((await follow(accept)).status).toBe(400);
    expect(await sees(browser)).toBe("account-bob");
  });

  it("answered by a third account asks about that one", async () => {
    const { accept } = await offered();
    here.spotify.account = EVE;
    const page = await follow(accept);
    expect(page.status).toBe(400);
    expect(await sees(browser)).toBe("account-ada");
    expect((await follow((await linksOf(page))[0] ?? "")).status).toBe(303);
    expect(await sees(browser)).toBe("account-eve");
  });

  const attempts: [string, (accept: string) => Promise<string>][] = [
    ["is absent", async () => "?"],
    ["is empty", async () => "?replace="],
    ["is guessed", async (accept) => `${accept.slice(0, -1)}${accept.endsWith("x") ? "y" : "x"}`],
    ["has more to it", async (accept) => `${accept}x`],
    ["comes a second time beside a wrong one", async (accept) => accept.replace("replace=", "replace=x&replace=")],
    [
      "is another browser's",
      async () => {
        const other = as("user-1");
        return (await linksOf(await other.signIn()))[0] ?? "";
      },
    ],
    [
      "was followed by another sign-in",
      async (accept) => {
        await browser.begin();
        return accept;
      },
    ],
    [
      "is without its cookie",
      async (accept) => {
        browser.jar.clear();
        return accept;
      },
    ],
    [
      "lies in a cookie with a changed character",
      async (accept) => {
        const cookie = browser.jar.get(SIGN_INS) ?? "";
        browser.jar.set(SIGN_INS, `${cookie.slice(0, -4)}${cookie.endsWith("AAAA") ? "BBBB" : "AAAA"}`);
        return accept;
      },
    ],
  ];
  it.each(attempts)("replaces nothing when the answer %s", async (_, forge) => {
    const { accept } = await offered();
    expect((await follow(await forge(accept))).status).toBe(400);
    expect(await sees(browser)).toBe("account-ada");
  });

  it("is forgotten ten minutes after it was asked, whatever the browser did since", async () => {
    await browser.signIn();
    const otherTab = await browser.begin();
    const { accept } = await offered();
    await here.clock.advance(9 * minute);
    here.spotify.account = ADA;
    expect((await browser.visit(otherTab.answer)).status).toBe(303);
    await here.clock.advance(2 * minute);
    here.spotify.account = BOB;
    expect((await follow(accept)).status).toBe(400);
    expect(await sees(browser)).toBe("account-ada");
  });

  it("is answered only by the user who was asked, also in the same browser", async () => {
    const other = as("user-2");
    here.spotify.account = ADA;
    await other.signIn();
    const { accept } = await offered();
    browser.appUser = "user-2";
    expect((await follow(accept)).status).toBe(400);
    expect([await sees(other), await sees(as("user-1"))]).toEqual(["account-ada", "account-ada"]);
  });

  it("is no question where Spotify is the login: there it is another user", async () => {
    browser.appUser = undefined;
    await browser.signIn();
    here.spotify.account = BOB;
    const page = await browser.signIn("?scope=streaming");
    expect(page.status).toBe(400);
    expect(await said(page)).not.toContain("Link this account instead");
    expect((await linksOf(page)).join()).not.toContain("replace=");
    expect(browser.jar.has(SIGN_INS)).toBe(false);
  });

  it("is no question when the linked account was unlinked meanwhile", async () => {
    const { accept } = await offered();
    const { answer } = await browser.begin(accept.slice(accept.indexOf("?")));
    await here.clock.advance(1);
    await browser.submit("/auth/spotify/disconnect");
    expect(await said(await browser.visit(answer))).not.toContain("Link this account instead");
    expect(await sees(browser)).toBeNull();
  });

  it("does not take the place of the first one's newer consent, and is asked about again", async () => {
    const store = memoryStore();
    const slow = world({ store });
    const fast = world({ store });
    slow.spotify.account = ADA;
    const own = as("user-1", slow);
    await own.signIn();
    slow.spotify.account = BOB;
    const [accept = ""] = await linksOf(await own.signIn());
    const { answer } = await own.begin(accept.slice(accept.indexOf("?")));
    fast.clock.jump(minute);
    await as("user-1", fast).signIn();
    const page = await own.visit(answer);
    expect(page.status).toBe(400);
    expect(failures(slow).at(-1)).toBe("otherAccount");
    expect(await sees(as("user-1", fast))).toBe("account-ada");
  });
});

describe("a store that takes the linking and does not say so", () => {
  /** A world whose store applies one swap of the grant, by default the first, lets something happen, and then fails. */
  async function losing(meanwhile: (other: World) => Promise<unknown>, { user = "user-1", swap = 1 } = {}): Promise<{ here: World; browser: Browser }> {
    const inner = memoryStore();
    // A busy machine must not make them late.
    const patient = { waitMs: 10_000, storeDeadlineMs: 10_000 };
    const other = world({ ...patient, store: inner });
    other.spotify.token = (body) => Response.json({ ...body, access_token: "BQ-newer-access", refresh_token: "AQ-newer-refresh" });
    let swaps = 0;
    const key = await other.engine.keyOf(user);
    const lossy = world({
      store: {
        get: (name) => inner.get(name),
        async swap(name, ...rest) {
          const applied = await inner.swap(name, ...rest);
          if (name !== key || ++swaps !== swap) return applied;
          await meanwhile(other);
          throw new Error("the answer was lost");
        },
      },
      ...patient,
    });
    return { here: lossy, browser: as("user-1", lossy) };
  }
  const relink = async (other: World): Promise<unknown> => {
    other.clock.jump(10);
    return as("user-1", other).signIn();
  };

  it("has linked it once", async () => {
    const lossy = await losing(async () => undefined);
    expect((await lossy.browser.signIn()).status).toBe(303);
    expect(await lossy.here.grantOf("user-1")).toMatchObject({ access: { token: lossy.here.spotify.secrets[0] } });
  });

  it("does not put its tokens over those of a later consent", async () => {
    const lossy = await losing(relink);
    expect((await lossy.browser.signIn()).status).toBe(303);
    expect(await lossy.here.grantOf("user-1")).toMatchObject({ access: { token: "BQ-newer-access" }, refresh: { token: "AQ-newer-refresh" } });
  });

  it("nor where Spotify gave the same refresh token twice, and it was rotated since", async () => {
    const lossy = await losing(async (other) => {
      other.spotify.token = (body) => Response.json({ ...body, access_token: "BQ-second-access", refresh_token: lossy.here.spotify.secrets[1] });
      await relink(other);
      other.spotify.token = (body) => Response.json({ ...body, access_token: "BQ-newer-access", refresh_token: "AQ-newer-refresh" });
      other.clock.jump(3_600_000);
      await other.engine.usable(await other.engine.keyOf("user-1"), { minValidMs: 0, sessionId: null });
    });
    expect((await lossy.browser.signIn()).status).toBe(303);
    expect(await lossy.here.grantOf("user-1")).toMatchObject({ access: { token: "BQ-newer-access" }, refresh: { token: "AQ-newer-refresh" } });
  });

  it("has linked it also when the same refresh token came for the third time meanwhile", async () => {
    const same = (body: object): Response => Response.json({ ...body, refresh_token: "AQ-always-the-same" });
    const lossy = await losing(
      (other) => {
        other.spotify.token = same;
        other.clock.jump(2 * minute);
        return relink(other);
      },
      { swap: 2 },
    );
    lossy.here.spotify.token = same;
    await lossy.browser.signIn();
    lossy.here.clock.jump(minute);
    expect((await lossy.browser.signIn()).status).toBe(303);
  });

  it("does not bring back a session that was ended meanwhile, where Spotify is the login", async () => {
    const lossy = await losing(
      async (other) => {
        const [newest] = (await other.grantOf("account-ada"))?.sessions ?? [];
        const event = { type: "signedOut", session: newest?.id ?? "", now: other.clock.now(), timings: other.settings.timings } as const;
        await other.engine.change(await other.engine.keyOf("account-ada"), event);
      },
      { user: "account-ada", swap: 2 },
    );
    await lossy.here.browser().signIn();
    await lossy.here.clock.advance(minute);
    browser = lossy.here.browser();
    expect((await browser.signIn()).status).toBe(400);
    expect(failures(lossy.here)).toEqual(["closedSince"]);
    expect(browser.jar.has(SESSION)).toBe(false);
    expect((await lossy.here.grantOf("account-ada"))?.sessions).toHaveLength(1);
  });

  it("nor over those of a refresh", async () => {
    const lossy = await losing(async (other) => {
      other.clock.jump(3_600_000);
      await other.engine.usable(await other.engine.keyOf("user-1"), { minValidMs: 0, sessionId: null });
    });
    expect((await lossy.browser.signIn()).status).toBe(303);
    expect(await lossy.here.grantOf("user-1")).toMatchObject({ access: { token: "BQ-newer-access" }, refresh: { token: "AQ-newer-refresh" } });
  });

  it("nor does it bring back what was unlinked meanwhile", async () => {
    const lossy = await losing((other) => {
      other.clock.jump(10);
      return as("user-1", other).submit("/auth/spotify/disconnect");
    });
    expect((await lossy.browser.signIn()).status).toBe(400);
    expect(await lossy.here.grantOf("user-1")).toBeNull();
  });
});

it("none of our own records lies where a user of the app could have theirs", async () => {
  for (const name of ["client", "canary"]) {
    const own = as(name);
    await here.engine.check();
    await own.signIn();
    await here.engine.check();
    expect(await sees(own)).toBe("account-ada");
  }
  const { state, answer } = await browser.begin();
  await as(`tx:${state}`).signIn();
  expect((await browser.visit(answer, NAVIGATION)).status).toBe(303);
});
