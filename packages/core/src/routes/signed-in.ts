import type { SpotifySession } from "../client/spotify-client.js";
import { NotAuthenticated } from "../errors/not-authenticated.js";
import type { Authenticated } from "../grants/engine.js";
import { presentSession, type SignInContext } from "./context.js";
import { loginUrl } from "./links.js";

/** Who asks, and how to call the Web API for them. */
export interface SignedIn {
  readonly present: Authenticated;
  readonly client: SpotifySession;
}

/** @throws {@link NotAuthenticated}; {@link TemporarilyUnavailable} when the store cannot say. */
export async function signedIn(context: SignInContext, request: Request): Promise<SignedIn> {
  const present = await presentSession(context, request);
  if (present === null) throw new NotAuthenticated(loginUrl(context.settings));
  return { present, client: context.sessionOf(present, context.waitUntil) };
}
