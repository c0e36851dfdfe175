import { Session } from "../client/session.js";
import { NotAuthenticated } from "../errors/not-authenticated.js";
import type { Authenticated } from "../grants/engine.js";
import { presentSession, type RouteContext } from "./context.js";
import { loginUrl } from "./links.js";

/** Who asks, and how to call the Web API for them. */
export interface SignedIn {
  readonly present: Authenticated;
  readonly client: Session;
}

/** @throws {@link NotAuthenticated}; {@link TemporarilyUnavailable} when the store cannot say. */
export async function signedIn(context: RouteContext, request: Request): Promise<SignedIn> {
  const { settings, engine } = context;
  const present = await presentSession(context, request);
  if (present === null) throw new NotAuthenticated(loginUrl(settings));
  return { present, client: new Session({ settings, engine, loginUrl: (scopes = []) => loginUrl(settings, { scopes }) }, present) };
}
