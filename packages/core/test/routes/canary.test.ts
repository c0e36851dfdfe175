import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { CLIENT_SECRET, FORM, NAVIGATION, SCRIPT, SECRET, SESSION, SIGN_INS, world } from "./world.js";

/** Any piece of a secret this long counts as the secret. */
const pieceLength = 12;

function pieces(secret: string): string[] {
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64url"), Buffer.from(secret).toString("hex")];
  return forms.flatMap((form) => Array.from({ length: Math.max(0, form.length - pieceLength + 1) }, (_, at) => form.slice(at, at + pieceLength)));
}

function found(secrets: readonly string[], text: string): string[] {
  return [...new Set(secrets.filter((secret) => pieces(secret).some((piece) => text.includes(piece))))];
}

describe("secrets (S-033, L-007, promise 10)", () => {
  it("leave in no body, header, event, error or inspection, but for the cookie and the redirect that carry them", async () => {
    const here = world();
    const browser = here.browser();
    const secrets = [SECRET, CLIENT_SECRET];

    const first = await browser.begin("?returnTo=/top");
    await browser.visit(`/auth/spotify/callback?error=server_error&state=${first.state}`);
    const second = await browser.begin();
    secrets.push(first.state, second.state, browser.jar.get(SIGN_INS) ?? "");
    const old = browser.jar.get(SIGN_INS) ?? "";
    await browser.visit(second.answer);
    secrets.push(browser.jar.get(SESSION) ?? "");
    browser.jar.set(SIGN_INS, old);
    await browser.visit(second.answer);
    await browser.request("GET", "/auth/spotify/session", SCRIPT);
    await browser.request("POST", "/auth/spotify/logout", { ...FORM, "sec-fetch-site": "cross-site" });
    for (const arrange of failing(here)) {
      const { state, answer } = await browser.begin("?scope=streaming");
      secrets.push(state);
      arrange();
      await browser.visit(answer);
      await browser.request("GET", answer, SCRIPT);
      here.store = "up";
    }
    await browser.submit("/auth/spotify/disconnect");
    secrets.push(...here.spotify.secrets);

    const told = here.answers.flatMap(({ headers, body }) => [
      body,
      ...headers.filter(([name]) => name !== "set-cookie" && name !== "location").map(([, value]) => value),
    ]);
    const inspected = [here.routes, here.events].map((thing) => inspect(thing, { depth: 20, showHidden: true }));
    expect(here.answers.length).toBeGreaterThan(15);
    expect(here.events.length).toBeGreaterThan(5);
    expect(secrets.length).toBeGreaterThan(15);
    expect(secrets.every((secret) => secret.length >= pieceLength)).toBe(true);
    expect(found(secrets, [...told, ...inspected, JSON.stringify(here.events)].join("\n"))).toEqual([]);

    const carried = here.answers
      .flatMap(({ headers }) => headers.filter(([name]) => name === "set-cookie" || name === "location").map(([, value]) => value))
      .join("\n");
    const tokens = here.spotify.secrets.filter((secret) => secret.includes("canary"));
    expect(tokens.length).toBeGreaterThan(2);
    expect(found([...tokens, SECRET, CLIENT_SECRET], carried)).toEqual([]);
    const verifiers = here.spotify.tokenCalls.map((form) => form.get("code_verifier") ?? "");
    expect(verifiers.every((verifier) => verifier.length === 43)).toBe(true);
    expect(found(verifiers, carried)).toEqual([]);
  });

  it("the session cookie's secret is nowhere in the store (S-050)", async () => {
    const rows: string[] = [];
    const here = world({ store: { get: async () => null, swap: async (...row) => rows.push(JSON.stringify(row)) > 0 } });
    const browser = here.browser();
    await browser.signIn();
    const [, secret = ""] = (browser.jar.get(SESSION) ?? "").split(".");
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(rows.length).toBeGreaterThan(1);
    expect(found([secret, ...here.spotify.secrets], rows.join("\n"))).toEqual([]);
  });

  it("the test itself finds what is there", () => {
    expect(found(["canary-secret-1234"], `x${Buffer.from("canary-secret-1234").toString("hex").slice(4, 30)}`)).toEqual(["canary-secret-1234"]);
    expect(NAVIGATION.accept).toContain("html");
  });
});

function failing(here: ReturnType<typeof world>): (() => void)[] {
  return [
    () => (here.spotify.token = () => Response.json({ error: "invalid_grant", error_description: here.spotify.secrets.join(" ") }, { status: 400 })),
    () => (here.spotify.token = () => new Response(here.spotify.secrets.join(" "), { status: 502 })),
    () => {
      here.spotify.token = (answer) => Response.json(answer);
      here.spotify.me = () => new Response(`User not registered ${here.spotify.secrets.join(" ")}`, { status: 403 });
    },
    () => (here.spotify.me = () => Promise.reject(new TypeError(here.spotify.secrets.join(" ")))),
    () => (here.store = "down"),
  ];
}
