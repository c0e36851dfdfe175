import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Callback, readCallback } from "../../src/protocol/authorization-response.js";
import { sameText } from "../../src/protocol/same-text.js";
import { CLIENT_ID } from "./tokens.js";

const ISSUER = "https://accounts.spotify.com";
const STATE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

function read(query: string, state = STATE): Callback {
  return readCallback(new URLSearchParams(query), { state, issuer: ISSUER, clientId: CLIENT_ID });
}

function invalid(problem: string): object {
  return { kind: "invalid", problem };
}

describe("a callback", () => {
  it.each([
    ["a code", `code=AQcode&state=${STATE}`],
    ["the right issuer", `code=AQcode&state=${STATE}&iss=${encodeURIComponent(ISSUER)}`],
    ["parameters nobody knows", `code=AQcode&state=${STATE}&utm_source=x&utm_source=y&response=z&id_token=t&token=u&scope=v`],
  ])("with %s brings the code", (_what, query) => {
    const callback = read(query);
    if (callback.kind !== "code") return expect.unreachable(callback.kind);
    expect(callback.parameters.get("code")).toBe("AQcode");
    expect([...callback.parameters.keys()].filter((name) => !["code", "state", "iss"].includes(name))).toEqual([]);
  });

  it.each([
    ["access_denied", { kind: "denied" }],
    ["invalid_request", { kind: "refused", error: "invalid_request" }],
    ["invalid_scope", { kind: "refused", error: "invalid_scope" }],
    ["unauthorized_client", { kind: "refused", error: "unauthorized_client" }],
    ["unsupported_response_type", { kind: "refused", error: "unsupported_response_type" }],
    ["server_error", { kind: "refused", error: "server_error" }],
    ["temporarily_unavailable", { kind: "refused", error: "temporarily_unavailable" }],
    ["<script>alert(1)</script>", { kind: "refused", error: "unknown_error" }],
    ["", { kind: "refused", error: "unknown_error" }],
    ["__proto__", { kind: "refused", error: "unknown_error" }],
  ])("with the error %j says so without its description", (error, expected) => {
    expect(read(String(new URLSearchParams({ error, state: STATE, error_description: "<b>call 555</b>", error_uri: "https://evil" })))).toEqual(expected);
  });

  it.each(["code=a&code=b", "code=a&code=a", "code=a&state=x", "code=a&iss=x&iss=x", "error=a&error=b", "code=&code="])("with %s twice is refused", (query) => {
    expect(read(`${query}&state=${STATE}`)).toEqual(invalid("duplicate"));
  });

  it.each([
    ["no state", "code=AQcode"],
    ["an empty state", "code=AQcode&state="],
    ["another state", `code=AQcode&state=${STATE.replace("E", "F")}`],
    ["a state cut short", `code=AQcode&state=${STATE.slice(0, -1)}`],
    ["a state with more behind", `code=AQcode&state=${STATE}x`],
    ["a state in other letters", `code=AQcode&state=${STATE.toLowerCase()}`],
    ["an error and no state", "error=access_denied"],
    ["an error and another state", "error=access_denied&state=x"],
  ])("with %s belongs to another request", (_what, query) => expect(read(query)).toEqual(invalid("state")));

  it("without a state never matches a request without one", () => {
    expect(read("code=AQcode", "")).toEqual(invalid("state"));
    expect(read("code=AQcode&state=", "")).toEqual(invalid("state"));
  });

  it.each(["https://accounts.spotify.com/", "https://accounts.spotify.com.evil", "HTTPS://accounts.spotify.com", "http://accounts.spotify.com", "evil", ""])(
    "with the issuer %j belongs to another server",
    (iss) => {
      expect(read(String(new URLSearchParams({ code: "AQcode", state: STATE, iss })))).toEqual(invalid("issuer"));
      expect(read(String(new URLSearchParams({ error: "access_denied", state: STATE, iss })))).toEqual(invalid("issuer"));
    },
  );

  it.each([
    ["neither code nor error", `state=${STATE}`],
    ["an empty code", `code=&state=${STATE}`],
    ["both", `code=AQcode&error=access_denied&state=${STATE}`],
    ["a code and an empty error", `code=AQcode&error=&state=${STATE}`],
    ["NUL in the state", `code=AQcode&state=${STATE}%00`],
    ["a line break in the code", `code=AQ%0D%0Acode&state=${STATE}`],
    ["an escape in the error", `error=%1b[31m&state=${STATE}`],
    ["DEL in the issuer", `code=AQcode&state=${STATE}&iss=%7f`],
    ["a state of 513 characters", `code=AQcode&state=${"x".repeat(513)}`],
    ["a state of a megabyte", `code=AQcode&state=${"x".repeat(1_000_000)}`],
    ["a code of a megabyte", `code=${"x".repeat(1_000_000)}&state=${STATE}`],
  ])("with %s is malformed", (_what, query) => expect(read(query)).toEqual(invalid("malformed")));

  it("is refused in no time, however long it is", () => {
    const parameters = new URLSearchParams(`state=${"x".repeat(1_000_000)}${"&p=x".repeat(10_000)}`);
    const before = performance.now();
    expect(readCallback(parameters, { state: STATE, issuer: ISSUER, clientId: CLIENT_ID })).toEqual(invalid("malformed"));
    expect(performance.now() - before).toBeLessThan(50);
  });

  it("is never accepted by chance and never throws", () => {
    const name = fc.constantFrom("code", "state", "iss", "error", "response", "id_token", "x");
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(STATE, ISSUER, "AQcode"))), { maxLength: 5 }), (pairs) => {
        const parameters = new URLSearchParams(pairs);
        const callback = readCallback(parameters, { state: STATE, issuer: ISSUER, clientId: CLIENT_ID });
        if (callback.kind === "code") expect(parameters.getAll("state")).toEqual([STATE]);
      }),
      { numRuns: 2000 },
    );
  });

  it("that is not accepted shows nothing of what it held", () => {
    const canary = "AQcanary0123456789";
    const failed = [
      `code=${canary}&state=x`,
      `code=${canary}&code=b&state=${STATE}`,
      `error=${canary}&error_description=${canary}&state=${STATE}`,
      `code=a&state=${canary}`,
    ];
    expect(failed.map((query) => inspect(read(query), { depth: 20, showHidden: true })).join()).not.toContain(canary.slice(0, 12));
  });
});

describe("sameText", () => {
  it("agrees with ===", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.string({ unit: "binary" }),
        (left, right) => sameText(left, right) === (left === right) && sameText(left, left),
      ),
    );
  });

  it.each([
    ["", "a"],
    ["a", ""],
    ["a", "a\0"],
    ["\0", ""],
    ["ab", "ba"],
  ])("tells %j from %j", (left, right) => expect(sameText(left, right)).toBe(false));
});
