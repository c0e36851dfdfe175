import { expect, test } from "vitest";
import { authorizeUrl, emulate, exchange, obtainCode, pkce, redirectUri } from "./app.js";

const manual = { redirect: "manual" } as const;

test.each<readonly [string, Readonly<Record<string, string | undefined>>, string]>([
  ["no client id", { client_id: undefined }, "Missing required parameter: client_id"],
  ["no response type", { response_type: undefined }, "Missing required parameter: response_type"],
  ["no redirect URI", { redirect_uri: undefined }, "Missing required parameter: redirect_uri"],
  ["an unknown client", { client_id: "nobody" }, "INVALID_CLIENT: Invalid client"],
  ["the dead implicit grant", { response_type: "token" }, "response_type must be code"],
  ["an unregistered redirect URI", { redirect_uri: "https://evil.example/callback" }, "INVALID_CLIENT: Invalid redirect URI"],
  ["an unknown scope", { scope: "user-read-email user-read-mind" }, "Illegal scope"],
  ["a scope withdrawn in 2019", { scope: "user-read-birthdate" }, "Illegal scope"],
  ["a partner scope", { scope: "user-soa-link" }, "Illegal scope"],
  ["S-001 the challenge method plain", { code_challenge: pkce().challenge, code_challenge_method: "plain" }, "code_challenge_method must be S256"],
  ["S-001 a challenge without a method", { code_challenge: pkce().challenge }, "code_challenge_method must be S256"],
  ["S-001 a challenge that is no SHA-256", { code_challenge: "short", code_challenge_method: "S256" }, "code_challenge is invalid"],
  ["S-001 a public client without PKCE", { client_id: "public-app" }, "code_challenge is required for a client without a secret"],
])("%s is told to the user as a text page, never to the app", async (_situation, changes, sentence) => {
  const emulator = await emulate();
  const response = await fetch(authorizeUrl(emulator, changes), manual);
  expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([400, "text/plain; charset=utf-8", sentence]);
  await expect(emulator.approve(authorizeUrl(emulator, changes), { user: "mira" })).rejects.toThrow(sentence);
});

test("a parameter that comes twice is refused", async () => {
  const emulator = await emulate();
  const response = await fetch(`${authorizeUrl(emulator)}&state=other`, manual);
  expect([response.status, await response.text()]).toEqual([400, "A parameter is repeated"]);
});

const registered = [
  "http://127.0.0.1/callback",
  "http://[::1]/callback?from=login",
  "http://127.0.0.1:3000/fixed",
  "https://app.example/callback",
  "my-app:/callback",
  "http://localhost/old",
  "http://app.example/old",
  "https://app.example/page#part",
];

test.each([
  ["the registered string itself", "http://127.0.0.1/callback", true],
  ["any port for a loopback literal registered without one", "http://127.0.0.1:65535/callback", true],
  ["any port for ::1, with its query", "http://[::1]:8080/callback?from=login", true],
  ["the registered port", "http://127.0.0.1:3000/fixed", true],
  ["https", "https://app.example/callback", true],
  ["a custom scheme", "my-app:/callback", true],
  ["S-090 another port than the registered one", "http://127.0.0.1:3001/fixed", false],
  ["S-090 no port where one is registered", "http://127.0.0.1/fixed", false],
  ["S-090 a trailing slash more", "http://127.0.0.1/callback/", false],
  ["S-090 another case", "http://127.0.0.1/Callback", false],
  ["S-090 a query more", "http://127.0.0.1/callback?x=1", false],
  ["S-090 a query less", "http://[::1]:8080/callback", false],
  ["S-090 a fragment", "http://127.0.0.1/callback#", false],
  ["S-005 a fragment, though it is registered", "https://app.example/page#part", false],
  ["S-090 a host hidden behind userinfo", "http://127.0.0.1:80@evil.example/callback", false],
  ["S-090 a host that begins like a literal", "http://127.0.0.1.evil.example/callback", false],
  ["S-090 another spelling of loopback", "http://127.1/callback", false],
  ["S-090 any port for https", "https://app.example:8443/callback", false],
  ["S-090 https for a loopback literal registered with http", "https://127.0.0.1/callback", false],
  ["S-005 localhost, though an old app has it registered", "http://localhost/old", false],
  ["S-005 plain http, though an old app has it registered", "http://app.example/old", false],
  ["S-090 a port that no machine has", "http://127.0.0.1:65536/callback", false],
])("%s: %s is accepted: %s", async (_rule, uri, accepted) => {
  const emulator = await emulate({ clients: [{ clientId: "secret-app", clientSecret: "s", redirectUris: registered }] });
  const response = await fetch(authorizeUrl(emulator, { redirect_uri: uri }), manual);
  expect(response.status).toBe(accepted ? 200 : 400);
  if (!accepted) expect(await response.text()).toMatch(/^INVALID_CLIENT: (Invalid|Insecure) redirect URI$/);
});

test("approval comes back with a code and the state as it was", async () => {
  const emulator = await emulate();
  const url = await emulator.approve(authorizeUrl(emulator, { state: "a b&c=ü/+" }), { user: "mira" });
  expect(`${url.origin}${url.pathname}`).toBe(redirectUri);
  expect(url.searchParams.get("state")).toBe("a b&c=ü/+");
  expect(url.searchParams.get("code")).toMatch(/^AQ/);
});

test.each([{}, { deny: true }, { silently: true }])("approve() with %j for a user who does not exist says so", async (clicks) => {
  const emulator = await emulate();
  await expect(emulator.approve(authorizeUrl(emulator), { user: "nobody", ...clicks })).rejects.toThrow("There is no such user.");
});

test("without a state none comes back, and a redirect URI keeps its query", async () => {
  const emulator = await emulate();
  const url = await emulator.approve(authorizeUrl(emulator, { state: undefined, redirect_uri: "https://app.example/callback?from=login" }), { user: "mira" });
  expect([...url.searchParams.keys()]).toEqual(["from", "code"]);
});

test("denial comes back as access_denied with the state", async () => {
  const emulator = await emulate();
  const url = await emulator.approve(authorizeUrl(emulator), { user: "mira", deny: true });
  expect(Object.fromEntries(url.searchParams)).toEqual({ error: "access_denied", state: "state-1" });
});

test("a user may grant a part of the scopes only", async () => {
  const emulator = await emulate();
  const url = await emulator.approve(authorizeUrl(emulator, { scope: "user-top-read user-read-email" }), {
    user: "mira",
    scopes: ["user-top-read", "streaming"],
  });
  const { body } = await exchange(emulator, url.searchParams.get("code") ?? "");
  expect(body["scope"]).toBe("user-top-read");
});

test("no scope asked for is granted as an empty scope", async () => {
  const emulator = await emulate();
  const { body } = await exchange(emulator, await obtainCode(emulator, "mira", { scope: undefined }));
  expect(body["scope"]).toBe("");
});

test("autoConsent approves at once, without a page", async () => {
  const emulator = await emulate({ autoConsent: "teo" });
  const response = await fetch(authorizeUrl(emulator), manual);
  expect(response.status).toBe(302);
  await exchange(emulator, new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "");
  expect(emulator.history.map(({ user }) => user)).toEqual(["teo"]);
});

/** A browser that keeps the emulator's cookie and sends forms as its pages do. */
function browser(origin: string): {
  get(url: URL): Promise<Response>;
  post(url: URL, form: Readonly<Record<string, string>>, site?: string): Promise<Response>;
} {
  let cookie = "";
  const remember = (response: Response): Response => {
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return response;
  };
  return {
    get: async (url) => remember(await fetch(url, { ...manual, headers: { cookie } })),
    post: async (url, form, site = "same-origin") =>
      remember(await fetch(url, { ...manual, method: "POST", body: new URLSearchParams(form), headers: { cookie, origin, "sec-fetch-site": site } })),
  };
}

test("the pages ask who it is, then for consent, and bounce the same browser straight back the next time", async () => {
  const emulator = await emulate();
  const { get, post } = browser(emulator.origin);
  const url = authorizeUrl(emulator);
  expect(await (await get(url)).text()).toContain("Who are you?");
  expect((await post(url, { step: "sign-in", user: "mira" })).status).toBe(303);
  expect(await (await get(url)).text()).toContain("You are Mira Sandoval.");
  expect((await post(url, { step: "allow", user: "mira", scope: "user-read-email" })).status).toBe(303);
  const bounced = await get(url);
  expect([bounced.status, new URL(bounced.headers.get("location") ?? "").searchParams.has("code")]).toEqual([302, true]);
  expect((await get(authorizeUrl(emulator, { show_dialog: "true" }))).status).toBe(200);
  expect((await get(authorizeUrl(emulator, { scope: "user-read-email streaming" }))).status).toBe(200);
});

test("another browser, a removed app and a new password are asked again", async () => {
  const emulator = await emulate();
  const mine = browser(emulator.origin);
  const url = authorizeUrl(emulator);
  await mine.post(url, { step: "sign-in", user: "mira" });
  await mine.post(url, { step: "allow", user: "mira", scope: "user-read-email" });
  expect((await browser(emulator.origin).get(url)).status).toBe(200);
  emulator.revoke("mira", "secret-app");
  expect(await (await mine.get(url)).text()).toContain("You are Mira Sandoval.");
  emulator.resetPassword("mira");
  expect(await (await mine.get(url)).text()).toContain("Who are you?");
});

test("not you? signs the browser out", async () => {
  const emulator = await emulate();
  const { get, post } = browser(emulator.origin);
  const url = authorizeUrl(emulator);
  await post(url, { step: "sign-in", user: "mira" });
  await post(url, { step: "switch" });
  expect(await (await get(url)).text()).toContain("Who are you?");
});

test.each(["cross-site", "same-site", "none"])("a consent form sent by a %s page is refused", async (site) => {
  const emulator = await emulate();
  const response = await browser(emulator.origin).post(authorizeUrl(emulator), { step: "allow", user: "mira", scope: "user-read-email" }, site);
  expect(response.status).toBe(403);
});

test("a consent form without a user or a step is refused", async () => {
  const emulator = await emulate();
  const { post } = browser(emulator.origin);
  const incomplete: readonly Readonly<Record<string, string>>[] = [{ step: "allow" }, { step: "sign-in", user: "nobody" }, { user: "mira" }];
  for (const form of incomplete) {
    const response = await post(authorizeUrl(emulator), form);
    expect(response.status).toBe(400);
  }
});

test("the consent page lists every scope with its sentence, says it is no real account, and escapes what it repeats", async () => {
  const emulator = await emulate({ clients: [{ clientId: "secret-app", name: "<b>&\"'", redirectUris: [redirectUri], clientSecret: "s" }] });
  const { get, post } = browser(emulator.origin);
  const url = authorizeUrl(emulator, { scope: "user-top-read", state: '"><script>alert(1)</script>' });
  await post(url, { step: "sign-in", user: "mira" });
  const response = await get(url);
  const page = await response.text();
  expect(page).toContain("local emulator: no real account");
  expect(page).toContain("See your top artists and tracks.");
  expect(page).toContain("&lt;b&gt;&amp;&quot;&#39;");
  expect(page).not.toContain("<script");
  expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*script-src 'none'.*frame-ancestors 'none'/);
});

test("approve() refuses an address that is not the emulator's", async () => {
  const emulator = await emulate();
  await expect(emulator.approve("https://accounts.example/authorize", { user: "mira" })).rejects.toThrow(TypeError);
});

test.each(["PUT", "DELETE"])("%s is refused with 405", async (method) => {
  const emulator = await emulate();
  expect((await fetch(authorizeUrl(emulator), { method })).status).toBe(405);
});
