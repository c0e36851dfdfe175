import { LoginFailed } from "../errors/login-failed.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Authenticated } from "../grants/engine.js";
import { hash, randomId, randomSecret } from "../grants/identifiers.js";
import { reference } from "../grants/records.js";
import type { Authorized } from "../machine/events.js";
import { isGrant } from "../machine/grant.js";
import { reauthorizeBy, refreshAfterMs } from "../machine/timings.js";
import { refusal } from "../machine/transition.js";
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

const soonMs = 1_000;
const longestWaitMs = 86_400_000;

/**
 * Exchanges the code, asks whose tokens these are, and stores them with a new session in one write.
 *
 * @returns The session's cookie value, and the scopes that were granted.
 * @throws {@link LoginFailed}, {@link NotAllowlisted}, {@link RateLimited} or {@link TemporarilyUnavailable}; then no session was begun.
 */
export async function finishSignIn(
  context: SignInContext,
  { transaction, parameters, present, again }: Answered,
): Promise<{ cookie: string; scopes: readonly string[] }> {
  const { settings, engine, emitter, identify } = context;
  const { clock, timings } = settings;
  const sentAt = clock.now();
  const answer = await exchange(context, transaction, parameters);
  if (answer.kind !== "success") throw failure(context, answer, again);
  // Without one the sign-in would be over within the hour.
  if (answer.refreshToken === null) throw new LoginFailed("refused", again);

  const user = await identify(answer.accessToken, again);
  const key = await engine.keyOf(user.id);
  if (transaction.account !== null && transaction.account !== key) throw new LoginFailed("otherAccount", again);

  const secret = randomSecret();
  const now = clock.now();
  const scopes = answer.scopes ?? transaction.scopes;
  const session = { id: await hash(secret), createdAt: now, seenAt: now, expiresAt: now + timings.session.absoluteMs };
  const event: Authorized = {
    type: "authorized",
    begunAt: transaction.begunAt,
    user,
    scopes,
    authorizedAt: now,
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
    replaces: present?.key === key ? present.sessionId : null,
  };
  const record = await engine.change(key, event);
  if (!isGrant(record) || !record.sessions.some(({ id }) => id === session.id)) throw new LoginFailed(refusal(record, event) ?? "closedSince", again);

  emitter.emit("signedIn", { grant: reference(key) });
  if (present !== null && present.key !== key) await leave(context, present);
  return { cookie: `${key}.${secret}`, scopes };
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

/** The browser changed to another account. Its former session would otherwise live on where nobody sees it. */
async function leave({ settings, engine, emitter }: SignInContext, { key, sessionId }: Authenticated): Promise<void> {
  const { clock, timings } = settings;
  try {
    await engine.change(key, { type: "signedOut", session: sessionId, now: clock.now(), timings });
    emitter.emit("signedOut", { grant: reference(key), reason: "logout" });
  } catch (error) {
    // The new sign-in stands; the former session ends by its own time, and no browser holds its cookie any more.
    if (!(error instanceof TemporarilyUnavailable)) throw error;
  }
}
