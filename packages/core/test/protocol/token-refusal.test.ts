import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TokenAnswer } from "../../src/protocol/token-answer.js";
import { serveBody } from "./loopback-server.js";
import { CODE_VERIFIER, endpointAt, endpointOf, goodCallback, REDIRECT_URI, TOKENS } from "./tokens.js";

const TERMINAL: TokenAnswer = { kind: "terminal" };
const STATUS: TokenAnswer = { kind: "ambiguous", retryAfterMs: null, cause: "status" };
const misconfigured = (error: string): TokenAnswer => ({ kind: "misconfigured", error });
const html = { "content-type": "text/html" };
const text = { "content-type": "text/plain" };
const json = { "content-type": "application/json" };

describe("each way Spotify refuses a token request is sorted", () => {
  it.each([
    ["an unknown, used or malformed code", 400, "invalid_grant", "Invalid authorization code", TERMINAL],
    ["a code that is too old", 400, "invalid_grant", "Authorization code expired", TERMINAL],
    ["another redirect URI", 400, "invalid_grant", "Invalid redirect URI", TERMINAL],
    ["a wrong verifier", 400, "invalid_grant", "code_verifier was incorrect", TERMINAL],
    ["an unknown refresh token", 400, "invalid_grant", "Invalid refresh token", TERMINAL],
    ["a revoked or superseded refresh token", 400, "invalid_grant", "Refresh token revoked", TERMINAL],
    ["a refresh token past its six months", 400, "invalid_grant", "Refresh token expired", TERMINAL],
    ["no description at all", 400, "invalid_grant", undefined, TERMINAL],
    ["a wrong secret", 400, "invalid_client", "Invalid client secret", misconfigured("invalid_client")],
    ["a wrong secret, in other words", 400, "invalid_client", "Invalid client", misconfigured("invalid_client")],
    ["an unknown client id", 400, "invalid_client", "Failed to get client", misconfigured("invalid_client")],
    ["a wrong secret, as the RFC has it", 401, "invalid_client", undefined, misconfigured("invalid_client")],
    ["another app's refresh token", 400, "invalid_client", "Invalid client", misconfigured("invalid_client")],
    ["a public refresh of a confidential grant", 400, "invalid_request", undefined, misconfigured("invalid_request")],
    ["an empty refresh token", 400, "invalid_request", "refresh_token must be supplied", misconfigured("invalid_request")],
    ["no grant_type", 400, "unsupported_grant_type", "grant_type parameter is missing", misconfigured("unsupported_grant_type")],
    ["an unknown grant_type", 400, "unsupported_grant_type", "grant_type X is not supported", misconfigured("unsupported_grant_type")],
    ["a grant this client may not use", 400, "unauthorized_client", undefined, misconfigured("unauthorized_client")],
    ["a scope it may not have", 400, "invalid_scope", undefined, misconfigured("invalid_scope")],
    ["a JSON content type", 415, "server_error", "Unexpected status: 415", misconfigured("server_error")],
    ["a wrong method", 405, "server_error", "Unexpected status: 405", misconfigured("server_error")],
    ["an error nobody has heard of", 400, "invalid_mood", undefined, STATUS],
    ["server_error under 400", 400, "server_error", undefined, STATUS],
    ["temporarily_unavailable under 400", 400, "temporarily_unavailable", undefined, STATUS],
    ["slow_down", 400, "slow_down", undefined, { kind: "throttled", retryAfterMs: null }],
    ["too many requests", 429, "invalid_grant", undefined, { kind: "throttled", retryAfterMs: null }],
  ] satisfies [string, number, string, string | undefined, TokenAnswer][])("%s", async (_situation, status, error, error_description, expected) => {
    const { origin } = await serveBody(status, { error, error_description });
    expect(await endpointAt(origin).refresh("AQold")).toEqual(expected);
    expect(await endpointAt(origin, { clientSecret: "secret" }).exchange(goodCallback(origin), CODE_VERIFIER, REDIRECT_URI)).toEqual(expected);
  });

  it.each([
    ["502 with HTML", 502, "<html><h1>502 Bad Gateway</h1></html>", html, STATUS],
    ["503 with text", 503, "upstream connect error or disconnect/reset before headers", text, STATUS],
    ["500 with nothing", 500, "", {}, STATUS],
    ["503 that says invalid_grant", 503, { error: "invalid_grant" }, json, STATUS],
    ["429 with text", 429, "Too many requests", text, { kind: "throttled", retryAfterMs: null }],
    ["405 with HTML", 405, "<html>", html, misconfigured("unknown_error")],
    ["415 with nothing", 415, "", {}, misconfigured("unknown_error")],
    ["400 with HTML", 400, "<html>invalid_grant</html>", html, STATUS],
    ["400 with nothing", 400, "", json, STATUS],
    ["400 with half an object", 400, `{"error":"invalid_grant"`, json, STATUS],
    ["400 with invalid_grant in a list", 400, [{ error: "invalid_grant" }], json, STATUS],
    ["400 with invalid_grant further down", 400, { error: { error: "invalid_grant" } }, json, STATUS],
    ["400 with INVALID_GRANT", 400, { error: "INVALID_GRANT" }, json, STATUS],
    ["400 with invalid_grant and a blank", 400, { error: "invalid_grant " }, json, STATUS],
    ["400 with invalid_grant as text", 400, { error: "invalid_grant" }, text, STATUS],
    ["401 with invalid_grant", 401, { error: "invalid_grant" }, json, STATUS],
    ["403 with invalid_grant", 403, { error: "invalid_grant" }, json, STATUS],
    ["403 with HTML", 403, "<html>blocked</html>", html, STATUS],
    ["404 with nothing", 404, "", {}, STATUS],
  ] satisfies [string, number, unknown, Record<string, string>, TokenAnswer][])("%s", async (_situation, status, body, headers, expected) => {
    const { origin } = await serveBody(status, body, headers);
    expect(await endpointAt(origin).refresh("AQold")).toEqual(expected);
  });

  it("a WWW-Authenticate challenge does not hide the error", async () => {
    const { origin } = await serveBody(401, { error: "invalid_client" }, { ...json, "www-authenticate": `Basic realm="spotify"` });
    expect(await endpointAt(origin).refresh("AQold")).toEqual(misconfigured("invalid_client"));
  });

  it("terminal means 400 with the JSON error invalid_grant, over any status, body and header", async () => {
    const error = fc.oneof(fc.constantFrom("invalid_grant", "invalid_client", "slow_down", "", null), fc.string());
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ error }, { noNullPrototype: true }).map((value) => JSON.stringify(value)),
    );
    const type = fc.constantFrom("application/json", "application/json; charset=utf-8", "text/html", "");
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.constant(400), fc.integer({ min: 200, max: 599 })), body, type, async (status, content, contentType) => {
        const answer = await endpointOf(
          () => new Response([204, 205, 304].includes(status) ? null : content, { status, headers: { "content-type": contentType } }),
        ).refresh("AQold");
        expect(answer.kind === "terminal").toBe(status === 400 && contentType.startsWith("application/json") && errorIn(content) === "invalid_grant");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Retry-After", () => {
  const DATE = "Wed, 21 Oct 2026 07:28:00 GMT";

  it.each([
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": "0" }, 0],
    [{ "Retry-After": " 86400 " }, 86_400_000],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", date: DATE }, 30_000],
    [{ "retry-after": "Wednesday, 21-Oct-26 07:28:30 GMT", date: DATE }, 30_000],
    [{ "retry-after": DATE, date: "nonsense" }, 60_000],
    [{ "retry-after": DATE }, 60_000],
    [{ "retry-after": "Wed, 21 Oct 2026 07:27:59 GMT", date: DATE }, null],
    [{ "retry-after": "-5" }, null],
    [{ "retry-after": "1.5" }, null],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "NaN" }, null],
    [{ "retry-after": "" }, null],
    [{ "retry-after": "9".repeat(400) }, null],
    [{ "retry-after": "Wed, 99 Oct 2026 07:28:00 GMT" }, null],
    [{}, null],
  ] as [Record<string, string>, number | null][])("%j asks to wait %s ms", async (headers, retryAfterMs) => {
    const now = () => Date.parse(DATE) - 60_000;
    const endpoint = (status: number) => endpointOf(() => new Response("", { status, headers }), { now });
    expect(await endpoint(429).refresh("AQold")).toEqual({ kind: "throttled", retryAfterMs });
    expect(await endpoint(503).refresh("AQold")).toEqual({ kind: "ambiguous", retryAfterMs, cause: "status" });
  });

  it("is nothing when the clock fails", async () => {
    const now = () => expect.unreachable("no clock");
    const headers = { "retry-after": DATE };
    expect(await endpointOf(() => new Response("", { status: 429, headers }), { now }).refresh("AQold")).toEqual({ kind: "throttled", retryAfterMs: null });
    expect((await endpointOf(() => Response.json(TOKENS, { headers }), { now }).refresh("AQold")).kind).toBe("success");
  });

  it("is read over the wire, where every answer has a date", async () => {
    const { origin } = await serveBody(429, "", { "retry-after": "Fri, 01 Jan 2100 00:01:00 GMT", date: "Fri, 01 Jan 2100 00:00:00 GMT" });
    expect(await endpointAt(origin, { now: () => Number.NaN }).refresh("AQold")).toEqual({ kind: "throttled", retryAfterMs: 60_000 });
  });
});

function errorIn(content: string): unknown {
  try {
    return (JSON.parse(content) as { error?: unknown } | null)?.error;
  } catch {
    return undefined;
  }
}
