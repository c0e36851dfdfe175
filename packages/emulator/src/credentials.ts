import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A fresh access token. Real ones start with `BQ` too and are opaque. */
export function mintAccessToken(): string {
  return `BQ${randomBytes(96).toString("base64url")}`;
}

/** A fresh refresh token or authorization code: both start with `AQ`. */
export function mintRefreshTokenOrCode(): string {
  return `AQ${randomBytes(96).toString("base64url")}`;
}

/** What the emulator stores instead of a credential: base64url(SHA-256). Nothing it keeps can be presented. */
export function digest(credential: string): string {
  return createHash("sha256").update(credential).digest("base64url");
}

/** What logs, pages and histories show of a credential: 8 characters of its digest. Equal credentials have equal fingerprints. */
export function fingerprint(credential: string): string {
  return digest(credential).slice(0, 8);
}

/** Compares two credentials in constant time, whatever their lengths. */
export function sameCredential(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digest(one)), Buffer.from(digest(other)));
}
