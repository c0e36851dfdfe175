import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import { reference } from "../grants/records.js";
import { isGrant } from "../machine/grant.js";
import { presentSession, sessionCookie, type SignInContext } from "./context.js";
import { pageUrl } from "./links.js";
import { wantsPage } from "./navigation.js";
import { redirect, respond } from "./respond.js";
import { returnPath } from "./return-to.js";

/** Ends the browser's session on the server, then in the browser. One that is unknown or over counts as ended. */
export async function logout(context: SignInContext, request: Request, query: URLSearchParams): Promise<Response> {
  const { settings, engine, emitter } = context;
  const present = await presentSession(context, request);
  if (present !== null && present.sessionId !== null) {
    const { key, sessionId } = present;
    const record = await engine.change(key, { type: "signedOut", session: sessionId, now: settings.clock.now(), timings: settings.timings });
    if (isGrant(record) && record.sessions.some(({ id }) => id === sessionId)) throw new TemporarilyUnavailable("store", 1_000);
    emitter.emit("signedOut", { grant: reference(key), reason: "logout" });
  }
  const cookies = await signedOutCookies(context, request);
  if (!wantsPage(request.headers)) return respond(204, null, {}, cookies);
  return redirect(pageUrl(settings, returnPath(query.getAll("returnTo"), settings)), cookies);
}

/** The session's cookie goes, where it is ours; sign-ins on their way in other tabs stay. */
export async function signedOutCookies({ settings, transactions, subjectKey }: SignInContext, request: Request): Promise<readonly string[]> {
  const signIns = await transactions.read(request);
  // Signing in again right away must not look like a browser that keeps no cookie, and must not happen by itself: Spotify would not ask, and a guard would begin it.
  const left = await transactions.write({ ...signIns, finishedAt: 0, leftAt: settings.clock.now() });
  return subjectKey === undefined ? [sessionCookie(settings), left] : [left];
}
