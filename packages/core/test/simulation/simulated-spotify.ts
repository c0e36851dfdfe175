import type { Incarnation } from "./simulated-process.js";

/** What the token endpoint does with a refresh token: keeps it; changes it and refuses the old one, or revokes everything over it, or bears with it for a while, or lets the latest win. */
export const serverKinds = ["non-rotating", "strict", "family", "grace", "latest-wins"] as const;
export type ServerKind = (typeof serverKinds)[number];

/** One time that a user agreed, and all tokens that followed from it. */
export interface Consent {
  readonly id: number;
  readonly user: string;
  current: RefreshToken;
  /** `reused`: a spent token was presented to a server that takes that for theft. */
  ended: { readonly why: "revoked" | "expired" } | { readonly why: "reused"; readonly token: RefreshToken; readonly by: Attempt } | null;
  /** When the request that brought its latest access token was sent. */
  newestAccessAt: number;
  /** Requests that are open, as its clients see it. */
  open: number;
}

export interface RefreshToken {
  readonly value: string;
  readonly consent: Consent;
  readonly generation: number;
  readonly parent: RefreshToken | null;
  /** The request whose answer brought it; `null`: the sign-in's. */
  readonly issuedTo: Attempt | null;
  /** Requests that spent it. */
  readonly spentBy: Attempt[];
  supersededAt: number | null;
  /** The request with which a newer sibling took its place. */
  killedBy: Attempt | null;
}

export interface IssuedAccess {
  readonly value: string;
  readonly consent: Consent;
  /** When the request that brought it was sent. */
  readonly sentAt: number;
  readonly expiresAt: number;
  /** The request whose answer brought it; `null`: the sign-in's. */
  readonly issuedTo: Attempt | null;
}

/** One request to the token endpoint: what its sender knew, what Spotify did, what came back. */
export interface Attempt {
  readonly number: number;
  readonly sender: Incarnation;
  readonly token: RefreshToken | null;
  readonly sentAt: number;
  /** The lease it was sent under; `null`: none. */
  readonly lease: { readonly until: number; readonly deadlineMs: number } | null;
  arrivedAt: number | null;
  brought: RefreshToken | null;
  access: IssuedAccess | null;
  /** The sender's connection ended, or will never bring the answer. */
  lost: boolean;
  /** When the sender had the answer in hand. */
  deliveredAt: number | null;
  answer: "success" | "terminal" | "other" | null;
  lied: boolean;
  /** When the tokens it brought were first stored. */
  storedAt: number | null;
}

export interface Spotify {
  readonly kind: ServerKind;
  readonly lifetimeMs: number;
  readonly attempts: Attempt[];
  consent(user: string): { readonly refresh: RefreshToken; readonly access: IssuedAccess };
  token(value: string): RefreshToken | undefined;
  access(value: string): IssuedAccess | undefined;
  /** What becomes of a presented refresh token. `false`: invalid_grant. */
  present(attempt: Attempt): boolean;
  /** Ends all that the user agreed to: the user took it back, or six months are over. */
  end(user: string, why: "revoked" | "expired"): void;
  /** Whether the Web API takes the access token. */
  accepts(value: string): boolean;
  /** Whether the token would bring another one now. */
  wouldTake(token: RefreshToken): boolean;
}

const graceMs = 30_000;

export function createSpotify(kind: ServerKind, lifetimeMs: number, now: () => number): Spotify {
  const refreshTokens = new Map<string, RefreshToken>();
  const accessTokens = new Map<string, IssuedAccess>();
  const consents: Consent[] = [];

  const issueRefresh = (consent: Consent, parent: RefreshToken | null, issuedTo: Attempt | null): RefreshToken => {
    const generation = parent === null ? 1 : parent.generation + 1;
    const value = `AQ-${consent.user}-${consent.id}-${refreshTokens.size + 1}`;
    const token: RefreshToken = { value, consent, generation, parent, issuedTo, spentBy: [], supersededAt: null, killedBy: null };
    refreshTokens.set(value, token);
    return token;
  };
  const issueAccess = (consent: Consent, issuedTo: Attempt | null): IssuedAccess => {
    const value = `BQ-${consent.user}-${consent.id}-${accessTokens.size + 1}`;
    const access = { value, consent, sentAt: issuedTo?.sentAt ?? now(), expiresAt: now() + lifetimeMs, issuedTo };
    accessTokens.set(access.value, access);
    consent.newestAccessAt = access.sentAt;
    return access;
  };
  const wouldTake = (token: RefreshToken): boolean => {
    const { current } = token.consent;
    if (token.consent.ended !== null) return false;
    if (token === current) return true;
    const isParent = current.parent === token;
    if (kind === "grace") return isParent && current.spentBy.length === 0 && now() - (token.supersededAt ?? 0) < graceMs;
    return kind === "latest-wins" && isParent;
  };

  return {
    kind,
    lifetimeMs,
    attempts: [],
    consent(user) {
      const consent = { id: consents.length + 1, user, ended: null, newestAccessAt: now(), open: 0 } as unknown as Consent;
      consents.push(consent);
      consent.current = issueRefresh(consent, null, null);
      return { refresh: consent.current, access: issueAccess(consent, null) };
    },
    token: (value) => refreshTokens.get(value),
    access: (value) => accessTokens.get(value),
    present(attempt) {
      const { token } = attempt;
      if (token === null || token.consent.ended !== null) return false;
      const { consent } = token;
      if (!wouldTake(token)) {
        if (kind === "family") consent.ended = { why: "reused", token, by: attempt };
        return false;
      }
      attempt.access = issueAccess(consent, attempt);
      if (kind === "non-rotating") return true;
      token.spentBy.push(attempt);
      if (consent.current !== token) consent.current.killedBy = attempt;
      const superseded = consent.current;
      superseded.supersededAt = now();
      attempt.brought = issueRefresh(consent, token, attempt);
      consent.current = attempt.brought;
      return true;
    },
    end(user, why) {
      for (const consent of consents) if (consent.user === user) consent.ended ??= { why };
    },
    accepts(value) {
      const access = accessTokens.get(value);
      return access !== undefined && now() < access.expiresAt && (access.consent.ended === null || access.consent.ended.why === "expired");
    },
    wouldTake,
  };
}
