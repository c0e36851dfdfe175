import { decode, encode } from "jose/base64url";
import { compactDecrypt } from "jose/jwe/compact/decrypt";
import { CompactEncrypt } from "jose/jwe/compact/encrypt";
import { createKeyRing } from "./key-ring.js";

/** What a sealed value is for. Each purpose has keys of its own, so a value sealed for one never opens as another. */
export type Purpose = "grant" | "client" | "transaction";

/** What became of a sealed value. */
export type Opened =
  /** Unchanged, and sealed for this purpose under this store key. `current`: with the first secret; otherwise it is time to seal it again. */
  | { readonly kind: "opened"; readonly value: unknown; readonly current: boolean }
  /** Sealed with a secret, or in a format, that this process does not have. Another one may: keep it. */
  | { readonly kind: "unknownKey" }
  /** Changed, cut, moved from another row or purpose, or never sealed here. Nothing of it is given out. */
  | { readonly kind: "corrupt" };

/** Authenticated encryption of JSON values, bound to the place where they lie. */
export interface Sealer {
  /**
   * A sealed copy of `value`, different each time.
   *
   * @param storeKey Where it will lie. Readable in the result, so it must be no secret.
   * @param value Anything that JSON holds.
   * @throws TypeError when `value` is nothing that JSON holds, RangeError when the result would be longer than 256 KiB.
   */
  seal(purpose: Purpose, storeKey: string, value: unknown): Promise<string>;

  /** The value of a sealed copy that lay under `storeKey`. Never rejects because of what `sealed` is. */
  open(purpose: Purpose, storeKey: string, sealed: string): Promise<Opened>;
}

/**
 * A sealer over JWE compact serialization, `dir` with `A256GCM` and a random 96-bit nonce. Store key and purpose stand in the protected header and are compared after opening.
 *
 * @param secrets At least one, each found good by {@link checkSecret}. The first seals, all open: put a new one in front to rotate, and take the old one out when its values are gone.
 * @throws TypeError when there is none.
 * @see RFC 7516 section 3.1, RFC 7518 sections 4.5 and 5.3, RFC 8725 section 3
 */
export function createSealer(secrets: readonly string[]): Sealer {
  const keysFor = createKeyRing(secrets);

  return {
    async seal(purpose, storeKey, value) {
      const { current } = await keysFor(purpose);
      const sealed = await new CompactEncrypt(new TextEncoder().encode(toJson(value)))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: current.id, purpose, key: storeKey })
        .encrypt(current.key);
      if (sealed.length > LONGEST_SEALED) throw new RangeError("A sealed value is at most 256 KiB.");
      return sealed;
    },

    async open(purpose, storeKey, sealed) {
      if (!isOurForm(sealed)) return { kind: "corrupt" };
      const { current, byId } = await keysFor(purpose);
      let unknownKey = false;
      try {
        const { plaintext, protectedHeader } = await compactDecrypt(
          sealed,
          ({ kid }) => {
            const known = byId.get(kid ?? "");
            unknownKey = typeof kid === "string" && known === undefined;
            if (known === undefined) throw new TypeError("No key of this id.");
            return known.key;
          },
          // No other algorithm, nothing compressed; jose refuses every `crit` it is not told of.
          { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"], maxDecompressedLength: 0 },
        );
        if (protectedHeader["purpose"] !== purpose || protectedHeader["key"] !== storeKey) return { kind: "corrupt" };
        const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plaintext));
        return { kind: "opened", value, current: protectedHeader.kid === current.id };
      } catch {
        return { kind: unknownKey ? "unknownKey" : "corrupt" };
      }
    },
  };
}

function toJson(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value) as string | undefined;
  } catch {
    // The engine's message names the properties of what was to be sealed.
  }
  if (json === undefined) throw new TypeError("Only what JSON holds can be sealed.");
  return json;
}

/**
 * The length and the five parts of what {@link Sealer.seal} writes. Compared as text, so that no second spelling of the same bytes opens: base64url leaves up to four bits of its last character
 * unused, and stores tell values apart by their text.
 */
function isOurForm(sealed: unknown): sealed is string {
  if (typeof sealed !== "string" || sealed.length > LONGEST_SEALED) return false;
  const [, ciphertext, tag] = /^[\w-]+\.\.[\w-]{16}\.([\w-]+)\.([\w-]{22})$/.exec(sealed) ?? [];
  return ciphertext !== undefined && tag !== undefined && isCanonical(ciphertext) && isCanonical(tag);
}

function isCanonical(part: string): boolean {
  const tail = part.slice(part.length - (part.length % 4));
  return tail.length !== 1 && encode(decode(tail)) === tail;
}

const LONGEST_SEALED = 262_144;
