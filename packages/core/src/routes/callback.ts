import { ConfigurationError } from "../errors/configuration-error.js";
import { LoginFailed, type LoginFailure } from "../errors/login-failed.js";
import { NotAllowlisted } from "../errors/not-allowlisted.js";
import { NotAuthenticated } from "../errors/not-authenticated.js";
import { SpotifyAuthError } from "../errors/spotify-auth-error.js";
import type { Authenticated } from "../grants/engine.js";
import { randomId } from "../grants/identifiers.js";
import { reference } from "../grants/records.js";
import type { SignInRefusal } from "../hooks.js";
import { clockSkewMs, transactionMs } from "../machine/timings.js";
import { readCallback } from "../protocol/authorization-response.js";
import type { Settings } from "../settings/settings.js";
import { presentSession, sessionCookie, type SignInContext } from "./context.js";
import { errorPage } from "./error-pages.js";
import { endSession, finishSignIn, leave, OtherUser, type SignedIn } from "./finish-sign-in.js";
import { loginUrl, pageUrl } from "./links.js";
import { isPrefetch } from "./navigation.js";
import { type Link, type Page, pageResponse } from "./page.js";
import { problemResponse } from "./problem.js";
import { redirect } from "./respond.js";
import { type Offer, type SignIns, type Transaction, transactionOf, without } from "./transactions.js";

/** Ends a sign-in: whatever Spotify answered, the browser leaves this URL for a clean one or sees a page. */
export async function callback(context: SignInContext, request: Request, query: URLSearchParams): Promise<Response> {
  const { settings, transactions, emitter } = context;
  if (isPrefetch(request.headers)) return problemResponse(settings, new NotAuthenticated(loginUrl(settings)));

  const signIns = await transactions.read(request);
  const transaction = transactionOf(signIns, query.get("state") ?? "");
  try {
    return await conclude(context, request, query, signIns, transaction);
  } catch (error) {
    if (!(error instanceof SpotifyAuthError)) throw error;
    emitter.emit("loginFailed", { reason: reasonOf(error) });
    return explain(context, request, error, signIns, transaction);
  }
}

async function conclude(
  context: SignInContext,
  request: Request,
  query: URLSearchParams,
  signIns: SignIns,
  transaction: Transaction | null,
): Promise<Response> {
  const { settings, engine, transactions, emitter } = context;
  const { issuer, clientId, clock } = settings;
  const again = startUrl(context, transaction);
  const answer = readCallback(query, { state: transaction?.state ?? "", issuer, clientId });
  if (answer.kind === "invalid") throw new LoginFailed(failures[answer.problem], again);
  if (transaction === null) throw new LoginFailed("unknownTransaction", again);
  // Whoever is signed in to the app by now decides, not the browser in which it began.
  if (transaction.subject !== (context.subjectKey ?? null)) throw new LoginFailed("otherSubject", again);

  const present = await presentSession(context, request);
  if (!(await engine.useOnce(`tx:${transaction.state}`, clock.now() + transactionMs + clockSkewMs))) throw new LoginFailed("alreadyUsed", again);
  if (answer.kind !== "code") throw new LoginFailed(answer.kind, again);

  const signedIn = await finishSignIn(context, { transaction, parameters: answer.parameters, present, again });
  const done = { ...without(signIns, transaction), finishedAt: signedIn.session === null ? 0 : clock.now(), leftAt: 0 };
  const refused = await askApp(context, signedIn, present);
  if (refused !== null) return pageResponse(context, refused, [...sessionCookies(context, ""), await transactions.write({ ...done, finishedAt: 0 })]);

  const cookies = [...sessionCookies(context, signedIn.session?.cookie ?? ""), await transactions.write(done)];
  const onwards = pageUrl(settings, transaction.returnTo);
  if (transaction.scopes.every((scope) => signedIn.scopes.includes(scope))) {
    // Who had allowed more in another browser is sent on for that at once: Spotify asks nothing that was answered before.
    const { lost: scopes } = signedIn;
    return redirect(scopes.length === 0 ? onwards : loginUrl(settings, { returnTo: transaction.returnTo, scopes }), cookies);
  }

  // The page that asked would ask again, and so on: what the user decided is told once.
  emitter.emit("loginFailed", { reason: "scopesNotGranted" });
  const page = errorPage(settings, new LoginFailed("scopesNotGranted", again), "signingIn", { label: "Start again", href: again });
  return pageResponse(context, { ...page, action: { label: "Continue", href: onwards } }, cookies);
}

/** Where Spotify is linked to an account of the app, there is no session of ours, and so no cookie. */
function sessionCookies({ settings, subjectKey }: SignInContext, value: string): readonly string[] {
  return subjectKey === undefined ? [sessionCookie(settings, value)] : [];
}

/** What the app has to say to a user who has just signed in; `null` = welcome. Until then the browser has no new session, and if the app says no it never gets one. */
async function askApp(context: SignInContext, { key, user, session }: SignedIn, before: Authenticated | null): Promise<Page | null> {
  const { settings, emitter, subject } = context;
  if (settings.onSignIn === null) return null;
  const former = session?.former ?? null;
  let refusal: SignInRefusal | null;
  try {
    refusal = checkedRefusal(await settings.onSignIn(user, context.clientOf(key), { subject }));
  } catch (error) {
    // What was there before, a session or a link, is not lost to a mistake of the app's. If the store is down as well, it is still the app's error that is told.
    const wasLinked = session === null && before?.grant.user.id === user.id;
    if (session !== null && former !== null) await endSession(context, key, session.id).catch(() => undefined);
    else if (!wasLinked) await takeBack(context, key, session).catch(() => undefined);
    throw error;
  }
  if (former !== null) await endSession(context, key, former);
  if (refusal === null) return null;
  await takeBack(context, key, session);
  emitter.emit("signInRefused", { grant: reference(key) });
  const { title, advice, action = { label: "Continue", href: pageUrl(settings, settings.returnTo) } } = refusal;
  return { status: 403, title, means: notDone(context) ?? "You are not signed in.", advice, action };
}

/** @throws {@link ConfigurationError} for an answer that would refuse everybody without a word, such as the app's own record of the user. */
function checkedRefusal(answer: SignInRefusal | null | void): SignInRefusal | null {
  if (answer === undefined || answer === null) return null;
  if (typeof answer.title === "string" && typeof answer.advice === "string") return answer;
  throw new ConfigurationError(["onSignIn must return nothing, or a title and an advice that refuse the sign-in."]);
}

async function takeBack(context: SignInContext, key: string, session: SignedIn["session"]): Promise<void> {
  if (session !== null) return leave(context, key, session.id);
  await context.engine.change(key, { type: "closed", id: randomId(), reason: "disconnect", keep: null, now: context.settings.clock.now() });
}

const failures = { duplicate: "malformed", malformed: "malformed", state: "unknownTransaction", issuer: "wrongIssuer" } as const satisfies Record<
  string,
  LoginFailure
>;

function reasonOf(error: SpotifyAuthError): LoginFailure {
  if (error instanceof LoginFailed) return error.reason;
  return error.code === "not_allowlisted" ? "refused" : "unavailable";
}

/** Where to start the same again: whoever was asked for more is asked for as much. */
function startUrl({ settings }: SignInContext, transaction: Transaction | null, dialog = false): string {
  if (transaction === null) return loginUrl(settings, { dialog });
  const { account, returnTo, scopes } = transaction;
  const usual: readonly string[] = settings.scopes;
  return loginUrl(settings, { returnTo, scopes: account === null ? [] : scopes.filter((scope) => !usual.includes(scope)), dialog });
}

/** Whether another account is the remedy. Spotify, unless it is to ask, bounces the one that has approved straight back, each time. */
function concernsAccount(error: SpotifyAuthError): boolean {
  return error instanceof OtherUser || (error instanceof NotAllowlisted && error.reason === "user");
}

/** A page for whatever went wrong. A sign-in that was answered is over: asking again would send the same code again. */
async function explain(context: SignInContext, request: Request, error: SpotifyAuthError, signIns: SignIns, done: Transaction | null): Promise<Response> {
  const { settings, transactions } = context;
  const again = { label: "Start again", href: startUrl(context, done, concernsAccount(error)) };
  const present = await presentSession(context, request).catch(() => null);
  const offer = error instanceof OtherUser ? offerTo(context, error) : null;
  const cookies = done === null ? [] : [await transactions.write({ ...without(signIns, done), offer })];
  const page = { ...errorPage(settings, error, "signingIn", again), action: again };
  // Whoever came here by the back button, or said no to a further permission, has lost nothing.
  if (present === null) return pageResponse(context, { ...page, means: notDone(context) ?? page.means }, cookies);
  const standing = { ...page, means: "You are still signed in, and nothing was changed." };
  const onwards = { label: "Continue", href: pageUrl(settings, done?.returnTo ?? settings.returnTo) };
  if (offer !== null) return pageResponse(context, { ...standing, ...replacement(settings, offer, done, onwards) }, cookies);
  if (isRepeated(error)) return pageResponse(context, { ...standing, ...alreadyFinished, action: onwards }, cookies);
  // A renewal that was declined may not have been asked for: the page it came from goes on without it.
  return pageResponse(context, { ...standing, link: onwards }, cookies);
}

/** What a failure means for a user who is signed in to the app all the while. `null` = Spotify is the login, or nobody is. */
function notDone({ subjectKey }: SignInContext): string | null {
  return typeof subjectKey === "string" ? "Nothing was linked. You are still signed in to this app." : null;
}

/** Where Spotify is linked, the user may want the other account. Where it is the login, the other account is another user. */
function offerTo({ settings, subjectKey }: SignInContext, { user }: OtherUser): Offer | null {
  return typeof subjectKey === "string" ? { nonce: randomId(), subject: subjectKey, user: user.id, askedAt: settings.clock.now() } : null;
}

function replacement(settings: Settings, { nonce }: Offer, done: Transaction | null, keep: Link): Partial<Page> {
  const returnTo = done?.returnTo ?? settings.returnTo;
  return {
    title: "This is not the Spotify account you linked",
    means: "Another one is linked to your account here. Nothing was changed.",
    advice: "You can link this one in its place. The app then forgets the other.",
    action: { label: "Link this account instead", href: loginUrl(settings, { returnTo, replace: nonce }) },
    link: { ...keep, label: "Keep the account that is linked" },
  };
}

function isRepeated(error: SpotifyAuthError): boolean {
  return error instanceof LoginFailed && (error.reason === "alreadyUsed" || error.reason === "unknownTransaction");
}

const alreadyFinished = { title: "You are already signed in", advice: "This was the end of an earlier sign-in, and it counts once." };
