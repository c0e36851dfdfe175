import { describe, expect, it } from "vitest";
import { revocationEndpoint, type RevocationOptions, type Revoke } from "../../src/protocol/revocation-endpoint.js";
import { systemClock } from "../../src/clock.js";
import { type ManualClock, manualClock } from "../../src/testing/manual-clock.js";
import { serve, serveBody } from "./loopback-server.js";

const token = "AQ-canary+/=refresh";
const at = (issuer: string, more: Partial<RevocationOptions> = {}): Revoke =>
  revocationEndpoint({ clientId: "client-1", issuer, fetch: globalThis.fetch, clock: systemClock, ...more });

/** Resolves when so many timers wait. */
async function timers(clock: ManualClock, count: number): Promise<void> {
  while (clock.pending() !== count) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("what is sent to the revocation endpoint", () => {
  it("S-060 is the refresh token with its hint, form-encoded, by a client that proves itself by Basic", async () => {
    const { origin, received } = await serveBody(200, "");
    expect(await at(origin, { clientSecret: "s:e%c" })(token)).toBe(200);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: "POST", path: "/oauth2/revoke/v1" });
    expect(received[0]?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded\b/);
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from("client%2D1:s%3Ae%25c").toString("base64")}`);
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({ token, token_type_hint: "refresh_token" });
  });

  it("names a public client in the body and nowhere else", async () => {
    const { origin, received } = await serveBody(200, "");
    await at(origin)(token);
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({ token, token_type_hint: "refresh_token", client_id: "client-1" });
    expect(received[0]?.headers.authorization).toBeUndefined();
  });
});

describe("what the revocation endpoint answers", () => {
  it.each([
    [[200], 200],
    [[503, 200], 200],
    [[503, 503], 503],
    [[503, 400], 400],
    [[400], 400],
    [[404], 404],
    [[429], 429],
    [[500], 500],
    [[502], 502],
  ] as const)("S-060 %j counts as %s: a 503 is asked once more, and nothing else is", async (answers, status) => {
    const { origin, received } = await serve((response) => response.writeHead(answers[received.length - 1] ?? 418, { "retry-after": "0" }).end("{}"));
    const clock = manualClock({ flows: true });
    expect(await at(origin, { clock })(token)).toBe(status);
    expect(received).toHaveLength(answers.length);
    expect(clock.pending()).toBe(0);
  });

  it.each([301, 302, 303, 307, 308])("%s is not followed: the token goes nowhere else", async (status) => {
    const elsewhere = await serveBody(200, "");
    const { origin, received } = await serve((response) => response.writeHead(status, { location: `${elsewhere.origin}/oauth2/revoke/v1` }).end());
    expect(await at(origin)(token)).toBe(status);
    expect(received).toHaveLength(1);
    expect(elsewhere.received).toEqual([]);
  });

  it("a body that never ends is not waited for", async () => {
    const { origin } = await serve((response) => {
      response.writeHead(200).write("{");
    });
    expect(await at(origin)(token)).toBe(200);
  });

  it.each([
    ["cuts the connection", async () => (await serve((response) => response.destroy())).origin],
    ["listens nowhere", async () => "http://127.0.0.1:1"],
    ["speaks plain http and is not on this machine", async () => "http://revocation.example"],
  ])("one that %s counts as no answer, and rejects nothing", async (_, origin) => expect(await at(await origin())(token)).toBeNull());

  it("S-060 one that hangs is given up after two seconds, and not a millisecond sooner; no timer stays", async () => {
    const clock = manualClock();
    const { origin, received, closed } = await serve(() => undefined);
    let status: number | null | undefined;
    const asked = at(origin, { clock })(token).then((answer) => (status = answer));
    await timers(clock, 1);
    while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await clock.advance(1_999);
    expect(status).toBeUndefined();
    await clock.advance(1);
    await asked;
    expect(status).toBeNull();
    await closed;
    expect(received).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it("one that hangs after a 503 is given up after two seconds more", async () => {
    const clock = manualClock();
    const { origin, received } = await serve((response) => void (received.length === 1 && response.writeHead(503).end()));
    const asked = at(origin, { clock })(token);
    while (received.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    await clock.advance(2_000);
    expect(await asked).toBeNull();
  });
});
