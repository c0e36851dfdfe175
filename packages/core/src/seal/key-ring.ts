import type { CryptoKey } from "jose";
import { encode } from "jose/base64url";
import type { Purpose } from "./sealer.js";

/** One secret's key for one purpose. */
export interface SealingKey {
  /** Names the secret and the format without revealing it: 64 bits of HKDF output that no key shares. */
  readonly id: string;
  /** AES-256-GCM, not extractable. */
  readonly key: CryptoKey;
}

/** The keys of one purpose. */
export interface PurposeKeys {
  /** Seals. */
  readonly current: SealingKey;
  /** All that open, by id. */
  readonly byId: ReadonlyMap<string, SealingKey>;
}

/**
 * Keys from secrets: HKDF-SHA-256 with the purpose in `info`, so that no key serves two purposes. Each purpose is derived on first use and remembered.
 *
 * @param secrets At least one; the first seals, all open.
 * @throws TypeError when there is none.
 * @see RFC 5869 section 3.2 on `info`; NIST SP 800-108 on one key per purpose
 */
export function createKeyRing(secrets: readonly string[]): (purpose: Purpose) => Promise<PurposeKeys> {
  if (secrets.length === 0) throw new TypeError("Sealing needs at least one secret.");
  const imported = secrets.map((secret) => new TextEncoder().encode(secret));
  const remembered = new Map<Purpose, Promise<PurposeKeys>>();
  return (purpose) => {
    const known = remembered.get(purpose);
    if (known !== undefined) return known;
    const derived = deriveKeys(imported, purpose);
    remembered.set(purpose, derived);
    return derived;
  };
}

async function deriveKeys(secrets: readonly Uint8Array<ArrayBuffer>[], purpose: Purpose): Promise<PurposeKeys> {
  const [current, ...older] = await Promise.all(secrets.map((secret) => deriveKey(secret, purpose)));
  if (current === undefined) throw new TypeError("Sealing needs at least one secret.");
  return { current, byId: new Map([...older, current].map((key) => [key.id, key])) };
}

async function deriveKey(secret: Uint8Array<ArrayBuffer>, purpose: Purpose): Promise<SealingKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits", "deriveKey"]);
  const [id, key] = await Promise.all([
    crypto.subtle.deriveBits(hkdf("key id"), material, 64),
    crypto.subtle.deriveKey(hkdf(`seal ${purpose}`), material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]),
  ]);
  return { id: encode(new Uint8Array(id)), key };
}

// The number is the format of what is sealed: a later format changes every id, and this version sees an unknown key, not a corrupt value.
function hkdf(use: string): { name: string; hash: string; salt: Uint8Array<ArrayBuffer>; info: Uint8Array<ArrayBuffer> } {
  return { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(`refrain/1 ${use}`) };
}
