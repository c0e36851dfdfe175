import { sixMonthsAfter } from "./clock.js";
import { digest, fingerprint, mintAccessToken, mintRefreshTokenOrCode } from "./credentials.js";
import type { Delivery, GrantEvent, GrantHistory, RefreshTokenHistory } from "./grant-history.js";
import { judge, type RefreshBehaviour } from "./refresh-behaviours.js";

/** A consent as it was given, before any token exists. */
export interface Consent {
  readonly clientId: string;
  readonly user: string;
  readonly scopes: readonly string[];
  readonly authorizedAt: number;
  /** The living grant that a silent bounce gives the app once more; `null` opens another. */
  readonly keeps: Grant | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface RefreshToken extends Mutable<RefreshTokenHistory> {
  readonly grant: Grant;
}

export interface Grant extends Mutable<Omit<GrantHistory, "refreshTokens" | "events">> {
  readonly refreshTokens: RefreshToken[];
  readonly events: GrantEvent[];
  /** Generation of the newest token that was presented. */
  settled: number;
}

export interface AccessToken {
  readonly fingerprint: string;
  readonly clientId: string;
  /** `null` for client credentials. */
  readonly user: string | null;
  readonly grant: Grant | null;
  scopes: readonly string[];
  readonly expiresAt: number;
  revoked: boolean;
}

/** The tokens themselves, on their way into one answer. `refresh` is absent where the answer carries none. */
export interface Issued {
  readonly access: string;
  readonly refresh?: string;
  readonly refreshToken: RefreshToken | null;
}

export type RefreshOutcome =
  | { readonly kind: "kept" | "rotated"; readonly issued: Issued }
  | { readonly kind: "refused"; readonly because: "revoked" | "superseded" | "expired" | "replayed-revoked-family" };

export interface GrantsSettings {
  readonly now: () => number;
  readonly accessTokenLifetimeMs: number;
  readonly graceMs: number;
  /** Whether a living grant's newest refresh token can be given out once more. */
  readonly remembers: boolean;
}

/** All grants and tokens. Credentials are kept as digests only, unless it has to remember. Every change is one synchronous call, so rotation is atomic. */
export class Grants {
  readonly #settings: GrantsSettings;
  readonly #grants: Grant[] = [];
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #remembered = new Map<Grant, string>();

  constructor(settings: GrantsSettings) {
    this.#settings = settings;
  }

  /** The first tokens of a consent, or the living ones of the grant that it keeps. */
  open({ clientId, user, scopes, authorizedAt, keeps }: Consent): { readonly grant: Grant; readonly issued: Issued } {
    if (keeps !== null && this.#lives(keeps)) return { grant: keeps, issued: this.#giveAgain(keeps) };
    const id = `grant-${this.#grants.length + 1}`;
    const expiresAt = sixMonthsAfter(authorizedAt);
    const grant: Grant = { id, clientId, user, scopes, authorizedAt, expiresAt, ended: null, refreshTokens: [], events: [], settled: 0 };
    this.#grants.push(grant);
    record(grant, { at: authorizedAt, kind: "authorized", why: "The user approved the app." });
    const issued = this.#issue(grant, null);
    record(grant, { at: this.#settings.now(), kind: "exchanged", why: "The code was exchanged for the first tokens.", ...issuedFingerprint(issued) });
    return { grant, issued };
  }

  /** An access token that belongs to no user. */
  openForClient(clientId: string): Issued {
    return { access: this.#mintAccess({ clientId, user: null, grant: null, scopes: [] }), refreshToken: null };
  }

  /** The newest living grant of a user for a client that has all these scopes. */
  findLiving(clientId: string, user: string, scopes: readonly string[]): Grant | null {
    const covers = (grant: Grant): boolean => scopes.every((scope) => grant.scopes.includes(scope));
    return this.#grants.findLast((grant) => grant.user === user && grant.clientId === clientId && this.#lives(grant) && covers(grant)) ?? null;
  }

  findRefreshToken(credential: string): RefreshToken | null {
    return this.#refreshTokens.get(digest(credential)) ?? null;
  }

  findAccessToken(credential: string): AccessToken | null {
    return this.#accessTokens.get(digest(credential)) ?? null;
  }

  /** Spends a refresh token of an authenticated client under a behaviour. */
  refresh(token: RefreshToken, behaviour: RefreshBehaviour): RefreshOutcome {
    const now = this.#settings.now();
    const { grant } = token;
    if (grant.ended !== null) return this.#refuse(token, "revoked", `It was presented after the grant had ended: ${grant.ended.why}`);
    if (now >= grant.expiresAt) {
      record(grant, { at: now, kind: "expired", refreshToken: token.fingerprint, why: "Six months have passed since the user's authorization." });
      return { kind: "refused", because: "expired" };
    }
    const current = currentToken(grant);
    const judgement = judge(
      behaviour,
      {
        current: token === current,
        parentOfCurrent: current.parent === token.fingerprint,
        supersededForMs: token.supersededAt === null ? 0 : now - token.supersededAt,
        newerWasUsed: token.generation < grant.settled,
      },
      this.#settings.graceMs,
    );
    switch (judgement) {
      case "refuse":
        return this.#refuse(token, "superseded", "A newer refresh token had taken its place.");
      case "revoke-family":
        this.#refuse(token, "replayed-revoked-family", "A spent refresh token came back, so the whole grant was revoked.");
        this.end(grant, "A spent refresh token was presented again.");
        return { kind: "refused", because: "replayed-revoked-family" };
      case "keep":
      case "rotate":
        return this.#grantRefresh(token, current, behaviour);
    }
  }

  /** Ends a grant: its refresh tokens die, its access tokens live on unless `accessToo`. */
  end(grant: Grant, why: string, accessToo = false): void {
    if (accessToo) for (const token of this.#accessTokens.values()) if (token.grant === grant) token.revoked = true;
    if (grant.ended !== null) return;
    const at = this.#settings.now();
    grant.ended = { at, why };
    this.#remembered.delete(grant);
    record(grant, { at, kind: "revoked", why });
  }

  /** Ends every grant of a user, or only those for one client; says how many there were. */
  endAllOf(user: string, clientId: string | undefined, why: string): number {
    const living = this.#grants.filter((grant) => grant.user === user && (clientId === undefined || grant.clientId === clientId) && grant.ended === null);
    for (const grant of living) this.end(grant, why);
    return living.length;
  }

  /** Takes scopes out of every living grant of a user, or only of those for one client. Access tokens that were issued before keep theirs unless `accessToo`. */
  withdraw(user: string, scopes: readonly string[], clientId: string | undefined, accessToo: boolean): void {
    const at = this.#settings.now();
    const left = (from: readonly string[]): readonly string[] => from.filter((scope) => !scopes.includes(scope));
    for (const grant of this.#grants) {
      if (grant.user !== user || (clientId !== undefined && grant.clientId !== clientId) || grant.ended !== null) continue;
      const lost = grant.scopes.filter((scope) => scopes.includes(scope));
      if (lost.length === 0) continue;
      grant.scopes = left(grant.scopes);
      record(grant, { at, kind: "withdrawn", why: `The user took back ${lost.join(", ")}.` });
    }
    if (!accessToo) return;
    for (const token of this.#accessTokens.values()) {
      if (token.user === user && (clientId === undefined || token.clientId === clientId)) token.scopes = left(token.scopes);
    }
  }

  history(): readonly GrantHistory[] {
    return this.#grants.map(({ settled: _settled, refreshTokens, events, ...grant }) => ({
      ...grant,
      refreshTokens: refreshTokens.map(({ grant: _grant, ...token }) => ({ ...token })),
      events: [...events],
    }));
  }

  #lives(grant: Grant): boolean {
    return grant.ended === null && this.#settings.now() < grant.expiresAt;
  }

  #giveAgain(grant: Grant): Issued {
    const refresh = this.#remembered.get(grant);
    if (refresh === undefined) throw new Error("A grant is kept only where refresh tokens are remembered.");
    const refreshToken = currentToken(grant);
    const why = "The user was bounced straight back: the refresh token stays, and so does its deadline.";
    record(grant, { at: this.#settings.now(), kind: "bounced", why, issued: refreshToken.fingerprint });
    return { access: this.#mintAccess({ clientId: grant.clientId, user: grant.user, grant, scopes: grant.scopes }), refresh, refreshToken };
  }

  #grantRefresh(token: RefreshToken, current: RefreshToken, behaviour: RefreshBehaviour): RefreshOutcome {
    const now = this.#settings.now();
    const { grant } = token;
    token.usedAt ??= now;
    if (behaviour === "non-rotating") {
      const issued: Issued = { access: this.#mintAccess({ clientId: grant.clientId, user: grant.user, grant, scopes: grant.scopes }), refreshToken: null };
      record(grant, { at: now, kind: "refreshed", refreshToken: token.fingerprint, why: "A new access token; the refresh token stays." });
      return { kind: "kept", issued };
    }
    grant.settled = Math.max(grant.settled, token.generation);
    current.supersededAt = now;
    const issued = this.#issue(grant, token);
    const why = token === current ? "A new refresh token took its place." : "The previous refresh token was presented again and brought yet another.";
    record(grant, { at: now, kind: "rotated", refreshToken: token.fingerprint, why, ...issuedFingerprint(issued) });
    return { kind: "rotated", issued };
  }

  #refuse(token: RefreshToken, because: "revoked" | "superseded" | "replayed-revoked-family", why: string): RefreshOutcome {
    record(token.grant, { at: this.#settings.now(), kind: "refused", refreshToken: token.fingerprint, why });
    return { kind: "refused", because };
  }

  #issue(grant: Grant, parent: RefreshToken | null): Issued {
    const refresh = mintRefreshTokenOrCode();
    const refreshToken: RefreshToken = {
      grant,
      fingerprint: fingerprint(refresh),
      generation: grant.refreshTokens.length + 1,
      parent: parent?.fingerprint ?? null,
      issuedAt: this.#settings.now(),
      delivery: "pending",
      usedAt: null,
      supersededAt: null,
    };
    grant.refreshTokens.push(refreshToken);
    this.#refreshTokens.set(digest(refresh), refreshToken);
    if (this.#settings.remembers) this.#remembered.set(grant, refresh);
    return { access: this.#mintAccess({ clientId: grant.clientId, user: grant.user, grant, scopes: grant.scopes }), refresh, refreshToken };
  }

  #mintAccess(bearer: Pick<AccessToken, "clientId" | "user" | "grant" | "scopes">): string {
    const now = this.#settings.now();
    // Long runs refresh millions of times: what has been dead for a day goes.
    for (const [key, { expiresAt }] of this.#accessTokens) {
      if (now < expiresAt + 86_400_000) break;
      this.#accessTokens.delete(key);
    }
    const access = mintAccessToken();
    const expiresAt = now + this.#settings.accessTokenLifetimeMs;
    this.#accessTokens.set(digest(access), { ...bearer, fingerprint: fingerprint(access), expiresAt, revoked: false });
    return access;
  }
}

/** Notes that a verdict about this grant was an invention of a fault. */
export function recordLie(token: RefreshToken, at: number): void {
  record(token.grant, { at, kind: "lied", refreshToken: token.fingerprint, why: "A fault answered invalid_grant for a token that may well be good." });
}

/** Notes whether the answer that carried a new refresh token left the emulator. */
export function recordDelivery(issued: Issued, delivery: Delivery): void {
  const { refreshToken } = issued;
  // What was once delivered stays so, even if a second answer with it is lost.
  if (refreshToken !== null && refreshToken.delivery !== "sent") refreshToken.delivery = delivery;
}

function currentToken(grant: Grant): RefreshToken {
  const current = grant.refreshTokens.at(-1);
  if (current === undefined) throw new Error("A grant is opened with its first refresh token.");
  return current;
}

function issuedFingerprint(issued: Issued): { readonly issued?: string } {
  return issued.refreshToken === null ? {} : { issued: issued.refreshToken.fingerprint };
}

function record(grant: Grant, event: GrantEvent): void {
  grant.events.push(event);
  if (grant.events.length > 1000) grant.events.shift();
}
