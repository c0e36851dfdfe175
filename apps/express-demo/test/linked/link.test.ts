import { hourMs } from "demo-kit/test-demo";
import { describe, expect, test, vi } from "vitest";
import { createAway } from "../../src/linked/away.js";
import { testLinked } from "../support/linked.js";

// Each test starts an app, which hashes passwords at their full price.
vi.setConfig({ testTimeout: 30_000 });

describe("linking", () => {
  test("a new account has nothing linked, and says how", async () => {
    const { enter, emulator } = await testLinked();
    const page = await enter("Robin").open("/");
    expect(page.status).toBe(200);
    for (const words of ["Signed in as Robin", "Spotify is not linked", "Link Spotify", "/sign-out"]) expect(page.text).toContain(words);
    expect(emulator.log).toEqual([]);
  });

  test("it comes back to the page, still as Robin, and says whose account it is, what plays and how it stands", async () => {
    const { enter, link, origin, users, idOf } = await testLinked();
    const robin = enter("Robin");
    const page = await link(robin, "mira");
    expect(page).toMatchObject({ status: 200, url: `${origin}/` });
    for (const words of ["Signed in as Robin", "Mira Sandoval", "Playing now", "Postcard Rain", 'data-phase="active"', "Unlink"])
      expect(page.text).toContain(words);
    expect(page.headers).toMatchObject({ "cache-control": "private, no-store", vary: "Cookie" });
    expect(users.find(idOf("Robin"))?.linked).toMatchObject({ name: "Mira Sandoval" });
    expect(JSON.parse((await robin.call("/me")).text)).toMatchObject({ display_name: "Mira Sandoval" });
  });

  test("a name that cannot be had is no reason to refuse", async () => {
    const { enter, begin, emulator } = await testLinked();
    const robin = enter("Robin");
    const callback = await begin(robin, "mira");
    let seen = 0;
    // The first asks whose tokens these are, the second for the name.
    emulator.fault({ on: "api", path: "/v1/me", kind: "patch-answer", patch: (body) => (seen++ === 0 ? body : { ...body, display_name: null }) });
    expect((await robin.open(callback)).text).toContain("Linked to <strong>mira</strong>");
  });

  test("nobody is sent to sign in to the app first, and nothing reaches Spotify", async () => {
    const { browser, origin, emulator } = await testLinked();
    expect(await browser.open("/auth/spotify/login?returnTo=/")).toMatchObject({ status: 200, url: `${origin}/sign-in?returnTo=%2F` });
    expect(await browser.open("/me")).toMatchObject({ url: `${origin}/sign-in?returnTo=%2Fme` });
    expect(await browser.call("/me")).toMatchObject({ status: 401 });
    expect(emulator.log).toEqual([]);
  });

  test("a page that needs Spotify sends Robin to link it, and no script", async () => {
    const { enter, emulator } = await testLinked();
    const robin = enter("Robin");
    expect((await robin.open("/me")).url).toContain(`${emulator.origin}/authorize`);
    expect(await robin.call("/me")).toMatchObject({ status: 401, headers: { "content-type": "application/problem+json" } });
  });

  test("saying no at Spotify links nothing, and says that Robin is still signed in", async () => {
    const { enter, emulator } = await testLinked();
    const robin = enter("Robin");
    const asked = await robin.open("/auth/spotify/login?returnTo=/");
    const page = await robin.open((await emulator.approve(asked.url, { user: "mira", deny: true })).href);
    expect(page.text).toContain("Nothing was linked. You are still signed in to this app.");
    expect((await robin.open("/")).text).toContain("Spotify is not linked");
  });
});

describe("a link is its user's alone", () => {
  test("Kim sees nothing of Robin's, in no way", async () => {
    const { enter, link } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    const kim = enter("Kim");
    const page = await kim.open("/");
    expect(page.text).toContain("Spotify is not linked");
    expect(page.text).not.toMatch(/Mira|mira/);
    expect(await kim.call("/me")).toMatchObject({ status: 401 });
    expect(JSON.parse((await kim.call("/auth/spotify/session")).text)).toEqual({ signedIn: false });
    expect((await kim.submit("/auth/spotify/disconnect?returnTo=/")).status).toBe(401);
    expect(await robin.call("/me")).toMatchObject({ status: 200 });
  });

  test("Robin has it in every browser, and loses it in all of them at once", async () => {
    const { enter, link } = await testLinked();
    const [desk, phone] = [enter("Robin"), enter("Robin")];
    await link(desk, "mira");
    expect((await phone.open("/")).text).toContain("Mira Sandoval");
    await phone.submit("/auth/spotify/disconnect?returnTo=/");
    expect((await desk.open("/")).text).toContain("Spotify is not linked");
    expect(await desk.call("/me")).toMatchObject({ status: 401 });
  });

  test("begun by Robin and finished by Kim in the same browser: a page, and nothing linked to either", async () => {
    const { enter, begin, auth, idOf, emulator } = await testLinked();
    const browser = enter("Robin");
    const callback = await begin(browser, "mira");
    await browser.submit("/sign-out");
    await browser.submit("/sign-in", { name: "Kim", password: "second-verse" });
    const page = await browser.open(callback);
    expect(page.status).toBe(400);
    expect(page.text).toContain("You are not signed in to this app as the one who began this");
    for (const name of ["Robin", "Kim"] as const) expect((await auth.forUser(idOf(name)).status()).phase).toBe("signedOut");
    expect(emulator.tokenCalls()).toBe(0);
    expect((await browser.open("/")).text).toContain("Spotify is not linked");
  });

  test("begun in Robin's browser and finished in Kim's: a page, and nothing linked to either", async () => {
    const { enter, begin, auth, idOf, emulator } = await testLinked();
    const callback = await begin(enter("Robin"), "mira");
    const page = await enter("Kim").open(callback);
    expect(page.status).toBe(400);
    for (const name of ["Robin", "Kim"] as const) expect((await auth.forUser(idOf(name)).status()).phase).toBe("signedOut");
    expect(emulator.tokenCalls()).toBe(0);
  });

  test("one Spotify account is one user's: the other gets a page that names nobody, and no link", async () => {
    const { enter, link, users, idOf, auth } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    const kim = enter("Kim");
    const page = await link(kim, "mira");
    expect(page.status).toBe(403);
    expect(page.text).toContain("This Spotify account belongs to someone else here");
    expect(page.text).toContain("Nothing was linked. You are still signed in to this app.");
    expect(page.text).not.toContain("Robin");
    expect((await auth.forUser(idOf("Kim")).status()).phase).toBe("signedOut");
    expect(users.find(idOf("Kim"))?.linked).toBeNull();
    expect((await robin.open("/")).text).toContain("Mira Sandoval");
  });

  test("of two who link it at the same moment one has it", async () => {
    const { enter, begin, users, idOf } = await testLinked();
    const [robin, kim] = [enter("Robin"), enter("Kim")];
    const [first, second] = [await begin(robin, "mira"), await begin(kim, "mira")];
    const pages = await Promise.all([robin.open(first), kim.open(second)]);
    expect(pages.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
    expect([users.find(idOf("Robin")), users.find(idOf("Kim"))].filter((user) => user?.linked !== null)).toHaveLength(1);
  });

  test("what the app noted of a link that an operator erased is in nobody's way", async () => {
    const { enter, link, auth, idOf, users } = await testLinked();
    await link(enter("Robin"), "mira");
    await auth.disconnect(idOf("Robin"));
    expect((await link(enter("Kim"), "mira")).text).toContain("Mira Sandoval");
    expect(users.find(idOf("Robin"))?.linked).toBeNull();
  });
});

describe("another Spotify account in the place of the linked one", () => {
  test("is asked about first, and until then nothing changes", async () => {
    const { enter, link } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    const page = await link(robin, "teo", "&dialog=true");
    expect(page.text).toContain("This is not the Spotify account you linked");
    expect((await robin.open("/")).text).toContain("Mira Sandoval");
    expect(JSON.parse((await robin.call("/me")).text)).toMatchObject({ id: "mira" });
  });

  test("takes it after a yes, and the app's own note with it", async () => {
    const { enter, link, emulator, users, idOf } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    await robin.submit("/look");
    const asked = await link(robin, "teo", "&dialog=true");
    const answer = /href="([^"]*replace=[^"]*)"/.exec(asked.text)?.[1]?.replaceAll("&#38;", "&") ?? "";
    const spotify = await robin.open(answer);
    const page = await robin.open((await emulator.approve(spotify.url, { user: "teo" })).href);
    expect(page.text).toContain("Teo Lindqvist");
    expect(page.text).not.toContain("Mira Sandoval");
    expect(page.text).toContain("It has not looked yet");
    expect(users.find(idOf("Robin"))?.linked).toMatchObject({ name: "Teo Lindqvist" });
  });

  test("that is another user's is refused, and what was noted stays true", async () => {
    const { enter, link, emulator, users, idOf } = await testLinked();
    const [robin, kim] = [enter("Robin"), enter("Kim")];
    await link(robin, "mira");
    await link(kim, "teo");
    const asked = await link(robin, "teo", "&dialog=true");
    const spotify = await robin.open(/href="([^"]*replace=[^"]*)"/.exec(asked.text)?.[1]?.replaceAll("&#38;", "&") ?? "");
    expect(await robin.open((await emulator.approve(spotify.url, { user: "teo" })).href)).toMatchObject({ status: 403 });
    expect((await robin.open("/")).text).toContain("Spotify is not linked");
    expect(users.find(idOf("Robin"))?.linked).toBeNull();
    expect((await kim.open("/")).text).toContain("Teo Lindqvist");
  });
});

describe("unlinking", () => {
  test("erases the link, the name and what was heard, and leaves Robin signed in", async () => {
    const { enter, link, auth, idOf, users, database } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    expect((await robin.submit("/look")).text).toMatch(/<dd>[^<]+ · [^<]+<\/dd>/);
    const page = await robin.submit("/auth/spotify/disconnect?returnTo=/");
    expect(page.text).toContain("You are still signed in to the app itself.");
    expect((await robin.open("/")).text).toContain("Signed in as Robin");
    expect((await auth.forUser(idOf("Robin")).status()).phase).toBe("signedOut");
    expect(users.find(idOf("Robin"))?.linked).toBeNull();
    expect(database.prepare("SELECT count(*) AS count FROM looks").get()).toEqual({ count: 0 });
  });

  test("makes room: Kim may then link the same account", async () => {
    const { enter, link } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    await robin.submit("/auth/spotify/disconnect?returnTo=/");
    expect((await link(enter("Kim"), "mira")).text).toContain("Mira Sandoval");
  });

  test("a foreign page cannot: the link and the note stay", async () => {
    const { enter, link, origin, users, idOf } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    const answer = await fetch(`${origin}/auth/spotify/disconnect`, { method: "POST", headers: { cookie: robin.cookie(), "sec-fetch-site": "cross-site" } });
    expect(answer.status).toBe(403);
    expect((await robin.open("/")).text).toContain("Mira Sandoval");
    expect(users.find(idOf("Robin"))?.linked).not.toBeNull();
  });
});

describe("while nobody is there", () => {
  test("signing out of the app unlinks nothing, and a worker looks on with an hour-old token", async () => {
    const { enter, link, auth, clock, users, database, refreshes, idOf } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    await robin.submit("/sign-out");
    expect(await robin.call("/me")).toMatchObject({ status: 401 });
    clock.advance(hourMs);
    const away = createAway(auth, users, database, clock);
    await away.lookAtAll();
    expect(refreshes()).toBe(1);
    expect(away.looks(idOf("Robin"))).toHaveLength(1);
    expect((await enter("Robin").open("/")).text).toMatch(/<dd>[^<]+ · [^<]+<\/dd>/);
  });

  test("it keeps the last three of each user's own", async () => {
    const { enter, link, auth, clock, users, database, idOf } = await testLinked();
    await link(enter("Robin"), "mira");
    await link(enter("Kim"), "anouk");
    const away = createAway(auth, users, database, clock);
    for (let round = 0; round < 5; round++) await away.lookAtAll();
    expect(away.looks(idOf("Robin"))).toHaveLength(3);
    expect(away.looks(idOf("Kim")).map(({ heard }) => heard)).toEqual(Array.from({ length: 3 }, () => "Nothing was playing."));
  });

  test("a Spotify that is down or wants consent is noted in words; one user's trouble is no other's", async () => {
    const { enter, link, auth, clock, users, database, idOf, emulator } = await testLinked();
    await link(enter("Robin"), "mira");
    await link(enter("Kim"), "teo");
    const away = createAway(auth, users, database, clock);
    const mend = emulator.fault({ on: "api", path: "/v1/me/player/currently-playing", kind: "status", status: 502 });
    await away.lookAtAll();
    mend();
    emulator.revoke("mira");
    clock.advance(hourMs);
    await away.lookAtAll();
    expect(away.looks(idOf("Robin")).map(({ heard }) => heard)).toEqual(["Spotify asks for consent again.", "Spotify did not answer."]);
    expect(away.looks(idOf("Kim"))[0]?.heard).toContain(" · ");
  });

  test("a link that ends while Spotify answers gets no look", async () => {
    const { enter, link, auth, clock, users, database, idOf, emulator } = await testLinked();
    await link(enter("Robin"), "mira");
    const away = createAway(auth, users, database, clock);
    emulator.fault({ on: "api", path: "/v1/me/player/currently-playing", kind: "patch-answer", patch: (body) => (users.unlink(idOf("Robin")), body) });
    await away.lookAtAll();
    expect(away.looks(idOf("Robin"))).toEqual([]);
  });
});

describe("when Spotify is in the way the account's page is there", () => {
  test("a consent that is over is a part of it, with the way to renew and the way out", async () => {
    const { enter, link, emulator, clock } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    emulator.revoke("mira");
    clock.advance(hourMs);
    for (let look = 0; look < 2; look++) {
      const page = await robin.open("/");
      expect(page).toMatchObject({ status: 200 });
      for (const words of ["Signed in as Robin", "Spotify asks for your consent again", "/auth/spotify/login", "Unlink"]) expect(page.text).toContain(words);
      expect(page.text).not.toContain("Spotify ends it on");
    }
    expect((await link(robin, "mira")).text).toContain('data-phase="active"');
  });

  test("20 pages at expiry: one refresh, 20 answers", async () => {
    const { enter, link, clock, refreshes, emulator } = await testLinked();
    emulator.setRefreshBehaviour("family");
    const robin = enter("Robin");
    await link(robin, "mira");
    clock.advance(hourMs);
    const pages = await Promise.all(Array.from({ length: 20 }, () => robin.open("/")));
    expect(pages.every(({ status, text }) => status === 200 && text.includes("Postcard Rain"))).toBe(true);
    expect(refreshes()).toBe(1);
  });

  test("a broken token endpoint spoils sections, and the buttons work", async () => {
    const { enter, link, clock } = await testLinked();
    const robin = enter("Robin");
    await link(robin, "mira");
    await robin.submit("/demo/break");
    const down = await robin.submit("/demo/expire");
    expect(down.status).toBe(200);
    expect(down.text).toContain("Spotify did not answer this one. You are still signed in.");
    expect(down.text).toContain("Mend the token endpoint");
    await robin.submit("/demo/mend");
    clock.advance(60_000);
    expect((await robin.open("/")).text).toContain("Postcard Rain");
  });
});
