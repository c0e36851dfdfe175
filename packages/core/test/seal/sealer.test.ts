import { inspect } from "node:util";
import fc from "fast-check";
import { base64url, CompactEncrypt } from "jose";
import { describe, expect, it } from "vitest";
import { createKeyRing } from "../../src/seal/key-ring.js";
import { createSealer, type Purpose } from "../../src/seal/sealer.js";
import { FIRST, SECOND, THIRD } from "./secrets.js";

const PURPOSES: readonly Purpose[] = ["grant", "client", "transaction"];
const CORRUPT = { kind: "corrupt" };
const sealer = createSealer([FIRST]);
const GRANT = { v: 1, refresh: { token: "AQcanaryRefresh4d8e2f6a" }, sessions: [] };
const CIRCLE: { self?: unknown } = {};
CIRCLE.self = CIRCLE;

/** Seals as this library does, but for one thing. */
async function forge(header: Record<string, unknown>, plaintext = "{}", crit?: Record<string, boolean>): Promise<string> {
  const { current } = await createKeyRing([FIRST])("grant");
  const full = { alg: "dir", enc: "A256GCM", kid: current.id, purpose: "grant", key: "row", ...header };
  return new CompactEncrypt(new TextEncoder().encode(plaintext)).setProtectedHeader(full).encrypt(current.key, crit && { crit });
}

describe("what was sealed", () => {
  it("opens as it was, under its own purpose and key", async () => {
    const purpose = fc.constantFrom(...PURPOSES);
    await fc.assert(
      fc.asyncProperty(purpose, fc.string(), fc.jsonValue(), async (use, key, value) => {
        const opened = await sealer.open(use, key, await sealer.seal(use, key, value));
        expect(opened).toEqual({ kind: "opened", value: JSON.parse(JSON.stringify(value)) as unknown, current: true });
      }),
    );
  });

  it("is JWE compact with a direct key, A256GCM, and key id, purpose and store key in the header", async () => {
    const [header, encryptedKey] = (await sealer.seal("grant", "row", GRANT)).split(".");
    expect(JSON.parse(Buffer.from(header ?? "", "base64url").toString())).toEqual({
      alg: "dir",
      enc: "A256GCM",
      kid: expect.stringMatching(/^[\w-]{11}$/) as string,
      purpose: "grant",
      key: "row",
    });
    expect(encryptedKey).toBe("");
  });

  it("shows nothing of value or secret", async () => {
    const sealed = await sealer.seal("grant", "row", GRANT);
    const seen = [
      sealed,
      ...sealed.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1")),
      inspect(sealer, { depth: 20, showHidden: true }),
    ].join("\n");
    for (const hidden of [GRANT.refresh.token, FIRST, Buffer.from(FIRST, "base64").toString("latin1")]) expect(seen).not.toContain(hidden.slice(0, 12));
  });

  it("is never the same twice, nor is its nonce", async () => {
    const sealed = await Promise.all(Array.from({ length: 1000 }, () => sealer.seal("grant", "row", GRANT)));
    expect(new Set(sealed).size).toBe(1000);
    expect(new Set(sealed.map((value) => value.split(".")[2])).size).toBe(1000);
  });

  it.each([
    ["nothing", undefined],
    ["a function", () => 1],
    ["a bigint", 1n],
    ["a circle", CIRCLE],
  ])("was never %s", async (_what, value) => {
    await expect(sealer.seal("grant", "row", value)).rejects.toThrow(new TypeError("Only what JSON holds can be sealed."));
  });

  it("was never too long to open", async () => {
    await expect(sealer.seal("grant", "row", "x".repeat(262_144))).rejects.toThrow(RangeError);
    const long = "x".repeat(190_000);
    expect(await sealer.open("grant", "row", await sealer.seal("grant", "row", long))).toMatchObject({ value: long });
  });
});

describe("what was moved or changed is corrupt", () => {
  it("under another key or purpose", async () => {
    const place = fc.tuple(fc.constantFrom(...PURPOSES), fc.constantFrom("row", "row2", "ro", "", "Row"));
    await fc.assert(
      fc.asyncProperty(place, place, async ([purpose, key], [otherPurpose, otherKey]) => {
        fc.pre(purpose !== otherPurpose || key !== otherKey);
        expect(await sealer.open(otherPurpose, otherKey, await sealer.seal(purpose, key, GRANT))).toEqual(CORRUPT);
      }),
    );
  });

  it("after any bit of nonce, ciphertext or tag has flipped, and never opens after one of the header has", async () => {
    const sealed = await sealer.seal("grant", "row", GRANT);
    const headerEnd = sealed.indexOf(".");
    let flips = 0;
    for (let index = 0; index < sealed.length; index += 1) {
      for (let bit = 0; bit < 7; bit += 1) {
        const flipped = sealed.slice(0, index) + String.fromCharCode(sealed.charCodeAt(index) ^ (1 << bit)) + sealed.slice(index + 1);
        const opened = await sealer.open("grant", "row", flipped);
        // A changed key id cannot be told from one of another process.
        if (index < headerEnd && opened.kind === "unknownKey") expect(headerOf(flipped)["kid"]).not.toBe(headerOf(sealed)["kid"]);
        else expect(opened).toEqual(CORRUPT);
        flips += 1;
      }
    }
    expect(flips).toBe(sealed.length * 7);
  });

  it("after being cut, stretched or spliced anywhere", async () => {
    const [one, two] = [await sealer.seal("grant", "row", GRANT), await sealer.seal("grant", "row", { ...GRANT, v: 2 })];
    await fc.assert(
      fc.asyncProperty(fc.nat(one.length), fc.nat(one.length), fc.string({ maxLength: 3 }), async (cut, rest, between) => {
        const spliced = one.slice(0, cut) + between + two.slice(rest);
        fc.pre(spliced !== one && spliced !== two);
        expect(["corrupt", "unknownKey"]).toContain((await sealer.open("grant", "row", spliced)).kind);
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < one.length; length += 1) expect((await sealer.open("grant", "row", one.slice(0, length))).kind).toBe("corrupt");
  });

  it("with parts of another value of the same row", async () => {
    const [one, two] = [(await sealer.seal("grant", "row", GRANT)).split("."), (await sealer.seal("grant", "row", GRANT)).split(".")];
    for (const part of [2, 3, 4]) expect(await sealer.open("grant", "row", one.with(part, two[part] ?? "").join("."))).toEqual(CORRUPT);
  });

  it("in a second spelling of the same bytes", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const sealed = await sealer.seal("grant", "row", GRANT);
    const sibling = alphabet[alphabet.indexOf(sealed.at(-1) ?? "") ^ 1] ?? "";
    const respelled = sealed.slice(0, -1) + sibling;
    expect(Buffer.from(respelled.split(".")[4] ?? "", "base64url")).toEqual(Buffer.from(sealed.split(".")[4] ?? "", "base64url"));
    expect(await sealer.open("grant", "row", respelled)).toEqual(CORRUPT);
    for (const padded of [`${sealed}=`, `${sealed}\n`, ` ${sealed}`, sealed.replace("..", "...")])
      expect(await sealer.open("grant", "row", padded)).toEqual(CORRUPT);
  });

  it("whatever else it is", async () => {
    const rubbish = ["", ".", "....", "a.b.c.d.e", "null", "{}", "x".repeat(10_000_000), undefined, null, 42, {}, []];
    for (const sealed of rubbish) expect(await sealer.open("grant", "row", sealed as string)).toEqual(CORRUPT);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (sealed) => {
        expect(await sealer.open("grant", "row", sealed)).toEqual(CORRUPT);
      }),
    );
  });

  it.each([
    ["compressed", { zip: "DEF" }, "{}", undefined],
    ["critical", { crit: ["exp"], exp: 1 }, "{}", { exp: true }],
    ["not JSON", {}, "{", undefined],
    ["of another purpose by its header", { purpose: "client" }, "{}", undefined],
    ["of another row by its header", { key: "row2" }, "{}", undefined],
    ["without a purpose", { purpose: undefined }, "{}", undefined],
    ["without a row", { key: undefined }, "{}", undefined],
    ["without a key id", { kid: undefined }, "{}", undefined],
  ])("when it is %s, although the key is right", async (_what, header, plaintext, crit) => {
    expect(await sealer.open("grant", "row", await forge({}))).toMatchObject({ kind: "opened", value: {} });
    expect(await sealer.open("grant", "row", await forge(header, plaintext, crit))).toEqual(CORRUPT);
  });

  it.each([
    ["alg", "A256GCMKW"],
    ["alg", "PBES2-HS256+A128KW"],
    ["alg", "none"],
    ["enc", "A128GCM"],
    ["enc", "A256CBC-HS512"],
  ])("when its %s says %s", async (name, value) => {
    const [header, ...rest] = (await forge({})).split(".");
    const changed = base64url.encode(JSON.stringify({ ...(JSON.parse(Buffer.from(header ?? "", "base64url").toString()) as object), [name]: value }));
    expect(await sealer.open("grant", "row", [changed, ...rest].join("."))).toEqual(CORRUPT);
  });
});

describe("rotation", () => {
  it("opens what older secrets sealed, and says that it is not current", async () => {
    const old = await createSealer([FIRST]).seal("grant", "row", GRANT);
    const rotated = createSealer([SECOND, FIRST]);
    expect(await rotated.open("grant", "row", old)).toEqual({ kind: "opened", value: GRANT, current: false });
    const renewed = await rotated.seal("grant", "row", GRANT);
    expect(await rotated.open("grant", "row", renewed)).toEqual({ kind: "opened", value: GRANT, current: true });
    expect(await createSealer([SECOND]).open("grant", "row", renewed)).toMatchObject({ kind: "opened", current: true });
    expect(await createSealer([THIRD, SECOND, FIRST]).open("grant", "row", renewed)).toMatchObject({ kind: "opened", current: false });
  });

  it("loses nobody while processes with the old and the new list run side by side", async () => {
    const [before, between, after] = [createSealer([FIRST]), createSealer([FIRST, SECOND]), createSealer([SECOND, FIRST])];
    for (const writer of [before, between]) {
      for (const reader of [before, between, after])
        expect(await reader.open("grant", "row", await writer.seal("grant", "row", GRANT))).toMatchObject({ kind: "opened" });
    }
    expect(await between.open("grant", "row", await after.seal("grant", "row", GRANT))).toMatchObject({ kind: "opened", current: false });
  });

  it("does not take an unknown key for corruption", async () => {
    const sealed = await createSealer([SECOND]).seal("grant", "row", GRANT);
    expect(await sealer.open("grant", "row", sealed)).toEqual({ kind: "unknownKey" });
  });

  it("takes the same secret twice for one", async () => {
    const twice = createSealer([FIRST, FIRST]);
    expect(await twice.open("grant", "row", await twice.seal("grant", "row", GRANT))).toMatchObject({ current: true });
  });

  it("needs a secret", () => expect(() => createSealer([])).toThrow(TypeError));
});

describe("the key ring", () => {
  it("has one key per secret and purpose, not extractable, derived once", async () => {
    const ring = createKeyRing([FIRST, SECOND]);
    const all = await Promise.all(PURPOSES.map(ring));
    for (const { current, byId } of all) {
      expect([...byId.values()].map(({ key }) => [key.extractable, key.algorithm])).toEqual([...byId].map(() => [false, { name: "AES-GCM", length: 256 }]));
      expect(byId.get(current.id)).toBe(current);
      expect(byId.size).toBe(2);
    }
    expect(new Set(all.map(({ current }) => current.id)).size).toBe(1);
    expect(ring("grant")).toBe(ring("grant"));
  });

  it("derives the same keys in another process: what was sealed before still opens", async () => {
    expect((await createKeyRing([FIRST])("grant")).current.id).toBe(KNOWN_ID);
    expect(await sealer.open("grant", "row", KNOWN_SEALED)).toEqual({ kind: "opened", value: { v: 1 }, current: true });
  });

  const KNOWN_ID = "NLVJZjvrxSY";
  const KNOWN_SEALED =
    "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiTkxWSlpqdnJ4U1kiLCJwdXJwb3NlIjoiZ3JhbnQiLCJrZXkiOiJyb3cifQ..9vdRax9m9f8_iZS0.ayEXNVFgsA.gPP-Dotw3Yh6dTMTuL4AWQ";
});

function headerOf(sealed: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(sealed.split(".")[0] ?? "", "base64url").toString()) as Record<string, unknown>;
}
