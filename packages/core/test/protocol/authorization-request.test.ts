import { describe, expect, it } from "vitest";
import { authorizationUrl, createTransactionSecrets } from "../../src/protocol/authorization-request.js";
import { CLIENT_ID, CODE_VERIFIER, REDIRECT_URI } from "./tokens.js";

const REQUEST = {
  issuer: "https://accounts.spotify.com",
  clientId: CLIENT_ID,
  redirectUri: REDIRECT_URI,
  scopes: [],
  state: "a-state",
  codeVerifier: CODE_VERIFIER,
};

describe("the authorization URL", () => {
  it("asks for a code with state and PKCE S256 (RFC 7636 Appendix B)", async () => {
    const url = await authorizationUrl(REQUEST);
    expect(url.origin + url.pathname).toBe("https://accounts.spotify.com/authorize");
    expect(url.searchParams.size).toBe(6);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      state: "a-state",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
  });

  it("names scopes in one parameter", async () => {
    const url = await authorizationUrl({ ...REQUEST, scopes: ["user-read-email", "streaming"] });
    expect(url.searchParams.get("scope")).toBe("user-read-email streaming");
  });

  it.each([
    [true, "true"],
    [false, null],
    [undefined, null],
  ])("with showDialog %s says show_dialog=%s", async (showDialog, expected) => {
    expect((await authorizationUrl({ ...REQUEST, showDialog })).searchParams.get("show_dialog")).toBe(expected);
  });

  it("keeps every value inside its own parameter", async () => {
    const hostile = "x&response_type=token&state=y#z";
    const url = await authorizationUrl({ ...REQUEST, redirectUri: hostile, scopes: [hostile], state: hostile, clientId: hostile });
    expect(url.searchParams.getAll("response_type")).toEqual(["code"]);
    expect(url.searchParams.getAll("state")).toEqual([hostile]);
    expect(url.hash).toBe("");
  });

  it("never holds the verifier", async () => {
    expect((await authorizationUrl(REQUEST)).href).not.toContain(CODE_VERIFIER.slice(0, 12));
  });

  it("knows no other challenge method", async () => {
    const plain = { ...REQUEST, codeChallengeMethod: "plain", code_challenge_method: "plain" };
    expect((await authorizationUrl(plain)).searchParams.getAll("code_challenge_method")).toEqual(["S256"]);
  });

  it.each(["", "short", "x".repeat(42), "x".repeat(129), `${"x".repeat(43)} `, `${"x".repeat(43)}ü`])(
    "refuses the verifier %j without repeating it",
    async (codeVerifier) => {
      await expect(authorizationUrl({ ...REQUEST, codeVerifier })).rejects.toThrow(new TypeError("A code verifier is 43 to 128 unreserved characters."));
    },
  );
});

describe("transaction secrets", () => {
  it("are 256 bits of base64url each and never repeat", () => {
    const seen = new Set<string>();
    for (let round = 0; round < 10_000; round += 1) {
      const { state, codeVerifier } = createTransactionSecrets();
      if (!/^[\w-]{43}$/.test(state) || !/^[\w-]{43}$/.test(codeVerifier)) expect.unreachable("not 43 characters of base64url");
      seen.add(state).add(codeVerifier);
    }
    expect(seen.size).toBe(20_000);
  });
});
