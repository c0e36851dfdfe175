import { encode } from "jose/base64url";

/** 128 random bits, as text. */
export function randomId(): string {
  return encode(crypto.getRandomValues(new Uint8Array(16)));
}

/** 256 random bits, as text: for what must not be guessed. */
export function randomSecret(): string {
  return encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** base64url(SHA-256(text)): 43 characters. */
export async function hash(text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
