import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** What is kept of a password. */
export interface HashedPassword {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const derive = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
// OWASP's Password Storage Cheat Sheet: N = 2^15 with r = 8 and p = 3 is as good as 2^17 with p = 1, in a quarter of the memory.
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 };

export async function hashPassword(password: string): Promise<HashedPassword> {
  const salt = randomBytes(16);
  return { salt, hash: await derived(password, salt) };
}

/** @param kept `null` = there is no such user. Saying no then takes as long, so that it does not tell which names exist. */
export async function isPassword(password: string, kept: HashedPassword | null): Promise<boolean> {
  const { salt, hash } = kept ?? nobody;
  return timingSafeEqual(await derived(password, salt), hash) && kept !== null;
}

const nobody: HashedPassword = { salt: randomBytes(16), hash: randomBytes(32) };

function derived(password: string, salt: Uint8Array): Promise<Buffer> {
  return derive(password.normalize("NFKC"), salt, nobody.hash.length, cost);
}
