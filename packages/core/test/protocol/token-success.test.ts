import { describe, expect, it } from "vitest";
import { serveBody } from "./loopback-server.js";
import { CODE_VERIFIER, endpointAt, endpointOf, goodCallback, REDIRECT_URI, TOKENS } from "./tokens.js";

const SUCCESS = {
  kind: "success",
  accessToken: "BQaccess",
  lifetimeMs: 3_600_000,
  refreshToken: "AQrefresh",
  scopes: ["user-read-email", "user-read-private"],
};
const UNPARSABLE = { kind: "ambiguous", retryAfterMs: null, cause: "unparsable" };

/** The good answer with some members replaced; `undefined` leaves one out. */
function answerTo(members: Record<string, unknown>) {
  return endpointOf(() => Response.json({ ...TOKENS, ...members })).refresh("AQold");
}

describe("a success", () => {
  it("is read alike for a refresh and for a code", async () => {
    const { origin } = await serveBody(200, TOKENS);
    expect(await endpointAt(origin).refresh("AQold")).toEqual(SUCCESS);
    expect(await endpointAt(origin).exchange(goodCallback(origin), CODE_VERIFIER, REDIRECT_URI)).toEqual(SUCCESS);
  });

  it.each([[undefined], [null], [""], [" "], ["undefined"], ["null"], [0], [42], [true], [{}], [["AQnew"]]])(
    "with the refresh_token %j keeps the old one",
    async (refresh_token) => expect(await answerTo({ refresh_token })).toEqual({ ...SUCCESS, refreshToken: null }),
  );

  it.each([
    [undefined, 3_600_000],
    [null, 3_600_000],
    [1, 1000],
    [4, 4000],
    [0.5, 500],
    ["3600", 3_600_000],
    ["59.5", 59_500],
    [86_400, 86_400_000],
    [86_401, 86_400_000],
    [1e300, 86_400_000],
  ])("with expires_in %j lives %i ms", async (expires_in, lifetimeMs) => expect(await answerTo({ expires_in })).toEqual({ ...SUCCESS, lifetimeMs }));

  it.each([
    [undefined, null],
    [null, null],
    [42, null],
    [["a"], null],
    ["", []],
    [" ", []],
    ["b  a", ["b", "a"]],
  ])("with the scope %j has the scopes %j", async (scope, scopes) => expect(await answerTo({ scope })).toEqual({ ...SUCCESS, scopes }));

  it.each(["Bearer", "bearer", "BEARER"])("may say %s", async (token_type) => expect(await answerTo({ token_type })).toEqual(SUCCESS));

  it.each([
    ["an id_token", { id_token: "not.a.jwt" }],
    ["any other member", { refresh_token_expires_in: -1, cnf: { jkt: "x" }, toString: 1 }],
    ["an empty error", { error: "" }],
  ])("is none the worse for %s", async (_what, members) => expect(await answerTo(members)).toEqual(SUCCESS));

  it("is not swayed by __proto__", async () => {
    const poisoned = `{"__proto__":{"refresh_token":"AQevil","polluted":true},"constructor":{"prototype":{"polluted":true}},"access_token":"BQaccess","token_type":"Bearer"}`;
    const answer = await endpointOf(() => new Response(poisoned)).refresh("AQold");
    expect(answer).toEqual({ ...SUCCESS, refreshToken: null, scopes: null });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(["text/html", "text/plain", ""])("is a success under the content type %j: the tokens in it are the only ones", async (type) => {
    const { origin } = await serveBody(200, TOKENS, { "content-type": type });
    expect(await endpointAt(origin).refresh("AQold")).toEqual(SUCCESS);
  });
});

describe("200 without a usable token is ambiguous", () => {
  it.each([
    ["no access_token", { access_token: undefined }],
    ["an empty access_token", { access_token: "" }],
    ["an access_token null", { access_token: null }],
    ["an access_token that is a number", { access_token: 42 }],
    ["an access_token no header can carry", { access_token: "BQ\r\nx: y" }],
    ["an access_token with a space", { access_token: "BQ a" }],
    ["no token_type", { token_type: undefined }],
    ["token_type mac", { token_type: "mac" }],
    ["token_type DPoP", { token_type: "DPoP" }],
    ["token_type 1", { token_type: 1 }],
    ["expires_in 0", { expires_in: 0 }],
    ["expires_in -1", { expires_in: -1 }],
    ["expires_in a word", { expires_in: "soon" }],
    ["expires_in an empty text", { expires_in: "" }],
    ["expires_in with a unit", { expires_in: "3600s" }],
    ["expires_in a negative text", { expires_in: "-1" }],
    ["expires_in true", { expires_in: true }],
    ["expires_in a list", { expires_in: [3600] }],
    ["an error beside the token", { error: "invalid_grant" }],
  ])("with %s", async (_what, members) => expect(await answerTo(members)).toEqual(UNPARSABLE));

  it.each([
    ["nothing", ""],
    ["a JSON error", `{"error":"invalid_grant"}`],
    ["HTML", "<html>please sign in to the hotel network</html>"],
    ["half an object", `{"access_token":"BQ`],
    ["a list", "[]"],
    ["null", "null"],
    ["a text", `"BQaccess"`],
    ["an infinite lifetime", `{"access_token":"BQ","token_type":"bearer","expires_in":1e999}`],
    ["bare NaN", `{"access_token":"BQ","token_type":"bearer","expires_in":NaN}`],
  ])("being %s", async (_what, body) => {
    const { origin } = await serveBody(200, body);
    expect(await endpointAt(origin).refresh("AQold")).toEqual(UNPARSABLE);
    expect(await endpointAt(origin).exchange(goodCallback(origin), CODE_VERIFIER, REDIRECT_URI)).toEqual(UNPARSABLE);
  });

  it("being no UTF-8", async () => {
    const body = Buffer.from(JSON.stringify({ ...TOKENS, refresh_token: "AQ\xff" }), "latin1");
    expect(await endpointOf(() => new Response(body)).refresh("AQold")).toMatchObject({ kind: "ambiguous" });
  });

  it.each([201, 202, 204, 206])("and so is %i", async (status) => {
    const { origin } = await serveBody(status, status === 204 ? "" : TOKENS);
    expect(await endpointAt(origin).refresh("AQold")).toEqual({ kind: "ambiguous", retryAfterMs: null, cause: "status" });
  });
});
