import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkSecret } from "../../src/seal/secret.js";
import { FIRST } from "./secrets.js";

describe("a secret is good", () => {
  it.each(["base64", "base64url", "hex"] as const)("when it is 32 random bytes in %s, every time", (encoding) => {
    const refused = Array.from({ length: 2000 }, () => randomBytes(32).toString(encoding)).filter((secret) => checkSecret(secret) !== null);
    expect(refused).toEqual([]);
  });

  it.each([
    ["longer", randomBytes(64).toString("base64")],
    ["upper-case hex", randomBytes(32).toString("hex").toUpperCase()],
    ["32 characters of a password manager", "k%9!xQ2@vL#7pZ&4wT*8mB^3nR(6cY)1"],
    ["a text beyond ASCII", "ß9#äQ2@vL…7pZ&4wT*8mB³nR(6cY)1é"],
  ])("when it is %s", (_what, secret) => expect(checkSecret(secret)).toBeNull());
});

describe("a secret is refused with a sentence", () => {
  it.each([
    ["missing", "", /missing/],
    ["16 bytes of hex", randomBytes(16).toString("hex"), /shorter than 32 bytes/],
    ["31 bytes of hex", randomBytes(31).toString("hex"), /shorter than 32 bytes/],
    ["24 bytes of base64", randomBytes(24).toString("base64"), /shorter than 32 bytes/],
    ["31 bytes of base64url", randomBytes(31).toString("base64url"), /shorter than 32 bytes/],
    ["a short text", "correct horse battery staple", /shorter than 32 bytes/],
    ["one letter", "a".repeat(64), /repeats/],
    ["one digit", "0".repeat(64), /repeats/],
    ["the alphabet", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", /repeats/],
    ["hex digits in order", "0123456789abcdef".repeat(4), /repeats/],
    ["a word again and again", "changeme-changeme-changeme-changeme-changeme", /repeats/],
    ["half a secret twice", "q1Jw0y6cF3nVb8Zr5TgXk2".repeat(2), /repeats/],
    ["a line break at its end", `${FIRST}\n`, /white space/],
    ["a space at its start", ` ${FIRST}`, /white space/],
    ["NUL inside", `${FIRST}\0${FIRST}`, /control character/],
  ])("when it is %s", (_what, secret, sentence) => {
    const problem = checkSecret(secret);
    expect(problem).toMatch(sentence);
    if (secret !== "") expect(problem).not.toContain(secret.slice(0, 12));
  });

  it.each([undefined, null, 42, {}])("when it is %s, from code without types", (secret) => expect(checkSecret(secret as string)).toMatch(/missing/));

  it("that names a command", () => expect(checkSecret("short")).toContain("openssl rand -base64 32"));
});
