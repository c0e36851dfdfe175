import { requireSession, type Clock, type SpotifyAuth, type SpotifySession } from "@refrain/core";
import { nameOf } from "demo-kit/listening";
import { accountPage } from "demo-kit/pages/account-page";
import { Router, type Request } from "express";
import { sameOrigin } from "./same-origin.js";

export interface AccountOptions {
  readonly auth: SpotifyAuth;
  /** The app's own origin, as browsers see it. */
  readonly origin: string;
  readonly clock: Clock;
  readonly emulated: boolean;
}

/** The user's sessions, consent and permissions, below `/account`. */
export function account({ auth, origin, clock, emulated }: AccountOptions): Router {
  const routes = Router();
  routes.get("/", async (request, response) => {
    const session = await signedIn(request);
    const [who, sessions] = await Promise.all([nameOf(session), auth.sessions(session.user.id)]);
    response.send(accountPage({ who, session, sessions, now: clock.now(), emulated }));
  });

  routes.post("/{*any}", sameOrigin(origin));
  routes.post("/sessions/end-others", async (request, response) => {
    const session = await signedIn(request);
    await auth.signOut(session.user.id, { keep: session });
    response.redirect(303, "/account");
  });
  routes.post("/sessions/:id/end", async (request, response) => {
    const { user } = await signedIn(request);
    await auth.signOut(user.id, { only: request.params.id });
    response.redirect(303, "/account");
  });
  return routes;

  /** Whoever is signed in, with a usable token or without one: sessions can be ended while Spotify is down. Nobody at all is sent to sign in. */
  async function signedIn({ spotify }: Request): Promise<SpotifySession> {
    return spotify ?? requireSession(auth, null);
  }
}
