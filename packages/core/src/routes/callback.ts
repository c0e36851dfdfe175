import { LoginFailed, type LoginFailure } from "../errors/login-failed.js";
import { NotAuthenticated } from "../errors/not-authenticated.js";
import { SpotifyAuthError } from "../errors/spotify-auth-error.js";
import { transactionMs } from "../machine/timings.js";
import { readCallback } from "../protocol/authorization-response.js";
import { presentSession, sessionCookie, type SignInContext } from "./context.js";
import { errorPage } from "./error-pages.js";
import { finishSignIn } from "./finish-sign-in.js";
import { loginUrl, pageUrl } from "./links.js";
import { isPrefetch } from "./navigation.js";
import { pageResponse } from "./page.js";
import { problemResponse } from "./problem.js";
import { redirect } from "./respond.js";
import { type SignIns, type Transaction, transactionOf, without } from "./transactions.js";

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

  const present = await presentSession(context, request);
  if (!(await engine.useOnce(`tx:${transaction.state}`, clock.now() + transactionMs))) throw new LoginFailed("alreadyUsed", again);
  if (answer.kind !== "code") throw new LoginFailed(answer.kind, again);

  const { cookie, scopes } = await finishSignIn(context, { transaction, parameters: answer.parameters, present, again });
  const cookies = [sessionCookie(settings, cookie), await transactions.write({ ...without(signIns, transaction), finishedAt: clock.now() })];
  const onwards = pageUrl(settings, transaction.returnTo);
  if (transaction.scopes.every((scope) => scopes.includes(scope))) return redirect(onwards, cookies);

  // The page that asked would ask again, and so on: what the user decided is told once.
  emitter.emit("loginFailed", { reason: "scopesNotGranted" });
  const page = errorPage(settings, new LoginFailed("scopesNotGranted", again), "signingIn", { label: "Start again", href: again });
  return pageResponse(emitter, { ...page, action: { label: "Continue", href: onwards } }, cookies);
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
function startUrl({ settings }: SignInContext, transaction: Transaction | null): string {
  if (transaction === null) return loginUrl(settings);
  const { account, returnTo, scopes } = transaction;
  const usual: readonly string[] = settings.scopes;
  return loginUrl(settings, { returnTo, scopes: account === null ? [] : scopes.filter((scope) => !usual.includes(scope)) });
}

/** A page for whatever went wrong. A sign-in that was answered is over: asking again would send the same code again. */
async function explain(context: SignInContext, request: Request, error: SpotifyAuthError, signIns: SignIns, done: Transaction | null): Promise<Response> {
  const { settings, transactions, emitter } = context;
  const cookies = done === null ? [] : [await transactions.write(without(signIns, done))];
  const page = errorPage(settings, error, "signingIn", { label: "Start again", href: startUrl(context, done) });
  // Whoever came here by the back button, or said no to a further permission, has lost nothing.
  if ((await presentSession(context, request).catch(() => null)) === null) return pageResponse(emitter, page, cookies);
  const standing = { ...page, means: "You are still signed in, and nothing was changed." };
  const repeated = error instanceof LoginFailed && (error.reason === "alreadyUsed" || error.reason === "unknownTransaction");
  if (!repeated) return pageResponse(emitter, standing, cookies);
  const action = { label: "Continue", href: pageUrl(settings, done?.returnTo ?? settings.returnTo) };
  return pageResponse(
    emitter,
    { ...standing, title: "You are already signed in", advice: "This was the end of an earlier sign-in, and it counts once.", action },
    cookies,
  );
}
