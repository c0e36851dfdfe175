import { createHash } from "node:crypto";
import { authorizationOf, type Authorization } from "./authorizations.js";
import { digest, mintRefreshTokenOrCode, sameCredential } from "./credentials.js";
import type { Consent, Grant } from "./grants.js";

/** What a code was issued for. `challenge` is the S256 code challenge, or `null` where the request sent none. */
export interface CodeTerms extends Consent {
  readonly asked: readonly string[];
  /** Nobody clicked. */
  readonly silent: boolean;
  readonly redirectUri: string;
  readonly challenge: string | null;
}

/** An authorization code and what became of it. */
export interface Code extends CodeTerms {
  readonly expiresAt: number;
  /** Set with its first use, at which it stops working. */
  grant: Grant | null;
}

/** The authorization codes in circulation, kept as digests. */
export class Codes {
  readonly #codes = new Map<string, Code>();
  readonly #lifetimeMs: number;

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  issue(terms: CodeTerms): string {
    const code = mintRefreshTokenOrCode();
    this.#codes.set(digest(code), { ...terms, expiresAt: terms.authorizedAt + this.#lifetimeMs, grant: null });
    return code;
  }

  find(code: string): Code | null {
    return this.#codes.get(digest(code)) ?? null;
  }

  /** What the codes were issued for, oldest first. */
  authorizations(): readonly Authorization[] {
    return [...this.#codes.values()].map(authorizationOf);
  }
}

/** Whether a verifier fits a code's S256 challenge. A verifier without a challenge, or the reverse, does not fit (RFC 9700, 2.1.1 and 4.8.2). */
export function verifierFits(code: Code, verifier: string | null): boolean {
  if (code.challenge === null || verifier === null) return code.challenge === verifier;
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  return sameCredential(createHash("sha256").update(verifier).digest("base64url"), code.challenge);
}
