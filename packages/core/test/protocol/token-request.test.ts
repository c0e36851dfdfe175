import { describe, expect, it } from "vitest";
import { serve, serveBody } from "./loopback-server.js";
import { CLIENT_ID, CODE_VERIFIER, endpointAt, endpointOf, goodCallback, REDIRECT_URI, TOKENS } from "./tokens.js";

describe("what is sent to the token endpoint", () => {
  it("is a form-encoded POST to /api/token", async () => {
    const { origin, received } = await serveBody(200, TOKENS);
    await endpointAt(origin).refresh("AQold");
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: "POST", path: "/api/token" });
    expect(received[0]?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded\b/);
  });

  it("names a public client in the body and nowhere else", async () => {
    const { origin, received } = await serveBody(200, TOKENS);
    await endpointAt(origin).refresh("AQold");
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({ grant_type: "refresh_token", refresh_token: "AQold", client_id: CLIENT_ID });
    expect(received[0]?.headers.authorization).toBeUndefined();
  });

  it.each(["a:b%+ ü", "plain", "&=+%20", "😀"])("gives the secret %j form-encoded by Basic and nothing of the client in the body", async (clientSecret) => {
    const { origin, received } = await serveBody(200, TOKENS);
    await endpointAt(origin, { clientId: "id:1 %", clientSecret }).refresh("AQold");
    const [scheme, credentials] = received[0]?.headers.authorization?.split(" ") ?? [];
    const [id, secret, ...rest] = Buffer.from(credentials ?? "", "base64")
      .toString("latin1")
      .split(":");
    expect([scheme, formDecode(id), formDecode(secret), rest]).toEqual(["Basic", "id:1 %", clientSecret, []]);
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({ grant_type: "refresh_token", refresh_token: "AQold" });
  });

  it.each([undefined, "secret"])("exchanges a code with its verifier and redirect URI (client secret: %s)", async (clientSecret) => {
    const { origin, received } = await serveBody(200, TOKENS);
    const answer = await endpointAt(origin, { clientSecret }).exchange(goodCallback(origin, "AQ+/code"), CODE_VERIFIER, REDIRECT_URI);
    expect(answer.kind).toBe("success");
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({
      grant_type: "authorization_code",
      code: "AQ+/code",
      redirect_uri: REDIRECT_URI,
      code_verifier: CODE_VERIFIER,
      ...(clientSecret === undefined && { client_id: CLIENT_ID }),
    });
  });

  it("asks no cache and follows no redirect", async () => {
    let init: RequestInit | undefined;
    await endpointOf((_url, request) => {
      init = request;
      return Response.json(TOKENS);
    }).refresh("AQold");
    expect(init).toMatchObject({ cache: "no-store", redirect: "manual" });
  });

  it.each([301, 302, 303, 307, 308])("goes nowhere else on %i", async (status) => {
    const elsewhere = await serveBody(200, TOKENS);
    const { origin, received } = await serveBody(status, "", { location: `${elsewhere.origin}/api/token` });
    expect(await endpointAt(origin, { clientSecret: "secret" }).refresh("AQold")).toEqual({ kind: "ambiguous", retryAfterMs: null, cause: "redirect" });
    expect(received).toHaveLength(1);
    expect(elsewhere.received).toHaveLength(0);
  });

  it("is sent once, whatever comes back", async () => {
    const { origin, received } = await serve((response) => void response.socket?.resetAndDestroy());
    await endpointAt(origin).refresh("AQold");
    await endpointAt(origin).exchange(goodCallback(origin), CODE_VERIFIER, REDIRECT_URI);
    expect(received).toHaveLength(2);
  });
});

describe("what is never sent", () => {
  const refused = { kind: "misconfigured", error: "invalid_request" };

  it("is anything over plain http to another machine", async () => {
    const endpoint = endpointOf(() => expect.unreachable("a request was sent"), { issuer: "http://accounts.spotify.com" });
    expect(await endpoint.refresh("AQold")).toEqual(refused);
  });

  it("is an empty refresh token", async () => {
    expect(await endpointOf(() => expect.unreachable("a request was sent")).refresh("")).toEqual(refused);
  });

  it("is a code from a callback that was not validated", async () => {
    const endpoint = endpointOf(() => expect.unreachable("a request was sent"));
    expect(await endpoint.exchange(new URLSearchParams({ code: "AQcode" }), CODE_VERIFIER, REDIRECT_URI)).toEqual(refused);
  });
});

// RFC 6749 section 2.3.1 and Appendix B, as the server reads it.
function formDecode(text = ""): string | null {
  return new URLSearchParams(`text=${text}`).get("text");
}
