import { LoginFailed } from "../errors/login-failed.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Authenticated } from "../grants/engine.js";
import { hash, randomId, randomSecret } from "../grants/identifiers.js";
import { reference } from "../grants/records.js";
import { scopesLost } from "../machine/consent.js";
import type { Authorized } from "../machine/events.js";
import { type GrantRecord, isGrant, type SpotifyUser } from "../machine/grant.js";
import { reauthorizeBy, refreshAfterMs } from "../machine/timings.js";
import type { TokenAnswer } from "../protocol/token-answer.js";
import type { SignInContext } from "./context.js";
import type { Transaction } from "./transactions.js";

/** A sign-in whose code may be sent now, for the first and only time. */
export interface Answered {
  readonly transaction: Transaction;
  /** Of the callback, checked. */
  readonly parameters: URLSearchParams;
  /** The session the browser had until now. */
  readonly present: Authenticated | null;
  /** Where to start again. */
  readonly again: string;
}

/** A session that the browser does not have yet. */
export interface NewSession {
  readonly id: string;
  readonly cookie: string;
  /** The id of the session that the browser has until then, of the same user. It ends when the app has answered; `null`: there is none, or the app is not asked. */
  readonly former: string | null;
}

/** What a sign-in brought. */
export interface SignedIn {
  readonly key: string;
  readonly user: SpotifyUser;
  /** `null`: the app's own session stands for the user. */
  readonly session: NewSession | null;
  /** Granted. */
  readonly scopes: readonly string[];
  /** Granted until then, and no more. */
  readonly lost: readonly string[];
}

/** Another Spotify user answered than the one whose grant this is. Nothing was stored. */
export class OtherUser extends LoginFailed {
  readonly user: SpotifyUser;

  constructor(user: SpotifyUser, reauthorizeUrl: string) {
    super("otherAccount", reauthorizeUrl);
    this.user = user;
  }
}

const soonMs = 1_000;
const longestWaitMs = 86_400_000;

/**
 * Exchanges the code, asks whose tokens these are, and stores them with a new session in one write.
 *
 * @throws {@link LoginFailed}, {@link OtherUser}, {@link NotAllowlisted}, {@link RateLimited} or {@link TemporarilyUnavailable}; then no session was begun.
 */
export async function finishSignIn(context: SignInContext, { transaction, parameters, present, again }: Answered): Promise<SignedIn> {
  const { settings, engine, emitter, identify } = context;
  const { clock, timings } = settings;
  const sentAt = clock.now();
  const answer = await exchange(context, transaction, parameters);
  if (answer.kind !== "success") throw failure(context, answer, again);
  // Without one the sign-in would be over within the hour.
  if (answer.refreshToken === null) throw new LoginFailed("refused", again);

  const user = await identify(answer.accessToken, again);
  const key = transaction.subject ?? (await engine.keyOf(user.id));
  if (transaction.account !== null && transaction.account !== key) throw new OtherUser(user, again);

  const secret = randomSecret();
  const now = clock.now();
  const scopes = answer.scopes ?? transaction.scopes;
  const isLogin = transaction.subject === null;
  const session = isLogin ? { id: await hash(secret), createdAt: now, seenAt: now, expiresAt: now + timings.session.absoluteMs } : null;
  const former = present?.key === key ? present.sessionId : null;
  // What the app may fail to answer must not cost its user the session there was.
  const asksApp = settings.onSignIn !== null;
  const event: Authorized = {
    type: "authorized",
    id: randomId(),
    begunAt: transaction.begunAt,
    user,
    scopes,
    authorizedAt: now,
    follows: present?.grant.user.id === user.id ? present.grant.consent.id : undefined,
    reauthorizeBy: reauthorizeBy(now),
    access: {
      id: randomId(),
      token: answer.accessToken,
      sentAt,
      expiresAt: sentAt + answer.lifetimeMs,
      // Whoever signs in together must not refresh together.
      refreshAfter: Math.floor(sentAt + refreshAfterMs(answer.lifetimeMs, settings.random(), timings, true)),
      rejected: false,
    },
    refreshToken: answer.refreshToken,
    lineage: randomId(),
    session,
    replaces: asksApp ? null : former,
    replacesUser: transaction.replacesWith === user.id,
  };
  // What cannot be known now is found out by whoever needs the scope.
  const before = await engine.read(key, "store").catch(() => null);
  const record = await engine.change(key, event);
  if (!holds(record, event)) {
    const isOther = isGrant(record) && record.user.id !== user.id;
    throw isOther ? new OtherUser(user, again) : new LoginFailed("closedSince", again);
  }

  emitter.emit("signedIn", { grant: reference(key) });
  if (present !== null && present.key !== key && present.sessionId !== null) await leave(context, present.key, present.sessionId);
  const begun = session === null ? null : { id: session.id, cookie: `${key}.${secret}`, former: asksApp ? former : null };
  return { key, user, session: begun, scopes, lost: scopesLost(before, scopes) };
}

/** Whether the grant shows this sign-in: its session, or that it is the consent that counts. */
function holds(record: GrantRecord, { id, session, user, authorizedAt }: Authorized): boolean {
  if (!isGrant(record)) return false;
  // A later consent of the same user is as good.
  if (session === null) return record.consent.id === id || (record.user.id === user.id && record.consent.signedInAt >= authorizedAt);
  return record.sessions.some((stored) => stored.id === session.id);
}

async function exchange({ settings, tokenEndpoint }: SignInContext, { codeVerifier }: Transaction, parameters: URLSearchParams): Promise<TokenAnswer> {
  const { clock, redirectUri, timings } = settings;
  const abort = new AbortController();
  const cancel = clock.after(timings.tokenDeadlineMs.dead, () => abort.abort());
  try {
    return await tokenEndpoint.exchange(parameters, codeVerifier, redirectUri.href, abort.signal);
  } finally {
    cancel();
  }
}

/** A code is good for one request, so even an outcome nobody knows is not tried again: RFC 6749 section 4.1.2. */
function failure({ emitter }: SignInContext, answer: Exclude<TokenAnswer, { kind: "success" }>, again: string): LoginFailed | TemporarilyUnavailable {
  switch (answer.kind) {
    case "terminal":
      return new LoginFailed("refused", again);
    case "misconfigured":
      emitter.emit("misconfigured", { error: answer.error });
      return new TemporarilyUnavailable("spotify", soonMs);
    case "throttled":
    case "ambiguous":
      return new TemporarilyUnavailable("spotify", Math.min(answer.retryAfterMs ?? soonMs, longestWaitMs));
    case "notSent":
      return new TemporarilyUnavailable("spotify", soonMs);
  }
}

/** The browser changed to another account, or the app refused it. Its session would otherwise live on where nobody sees it. */
export async function leave(context: SignInContext, key: string, session: string): Promise<void> {
  if (await endSession(context, key, session)) context.emitter.emit("signedOut", { grant: reference(key), reason: "logout" });
}

/** Ends a session whose cookie no browser has, or keeps. `false`: the store did not take it; then the session ends by its own time. */
export async function endSession({ settings, engine }: SignInContext, key: string, session: string): Promise<boolean> {
  const { clock, timings } = settings;
  try {
    await engine.change(key, { type: "signedOut", session, now: clock.now(), timings });
    return true;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return false;
    throw error;
  }
}
