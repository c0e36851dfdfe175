import { ReauthorizationRequired, type SpotifyAuth, type SpotifySession } from "@refrain/core";
import { spotifyAuth, spotifyErrors, withSpotify } from "@refrain/express";
import { createControls } from "demo-kit/controls";
import { readMusic } from "demo-kit/listening";
import { notFoundPage } from "demo-kit/pages/failure-pages";
import { securityHeaders } from "demo-kit/security-headers";
import express, { type Express } from "express";
import type { DemoAppOptions } from "../app.js";
import { assets } from "../assets.js";
import { controlRoutes } from "../controls.js";
import { everyAnswer } from "../every-answer.js";
import { answerFailure, answerOutage } from "../failures.js";
import { sameOrigin } from "../same-origin.js";
import { accountPage, type Link } from "./account-page.js";
import { accountRoutes } from "./account-routes.js";
import type { Away } from "./away.js";
import { currentUser } from "./current-user.js";
import { forgetLink } from "./forget-link.js";
import type { LocalSessions } from "./local-sessions.js";
import type { Users } from "./users.js";

export interface LinkedAppOptions extends DemoAppOptions {
  /** Its `subject` reads `request.localUser`. */
  readonly auth: SpotifyAuth;
  readonly users: Users;
  readonly sessions: LocalSessions;
  readonly away: Away;
}

/** An app with users of its own, who may link Spotify to their accounts. Without a server around it. */
export function createLinkedApp({ auth, users, sessions, away, origin, clock, emulator, spotify, log }: LinkedAppOptions): Express {
  const emulated = emulator !== undefined;
  const controls = emulated ? createControls(emulator, clock) : null;
  const tokenEndpointDown = (): boolean => controls?.tokenEndpointDown() === true;
  const app = express().disable("x-powered-by");

  app.use(everyAnswer(securityHeaders(origin, spotify)));
  app.use(assets());
  app.use(currentUser(sessions, users));
  app.post("/auth/spotify/disconnect", forgetLink(users));
  app.use(spotifyAuth(auth));
  app.use(accountRoutes({ users, sessions, origin, emulated }));

  app.get("/", async (request, response) => {
    const { localUser: user, spotify: session } = request;
    if (user === null) return response.redirect(303, "/sign-in");
    const link = session === null ? null : { ...(await readLink(session)), looks: away.looks(user.id) };
    response.send(accountPage({ user, link, now: clock.now(), emulator: emulated ? { tokenEndpointDown: tokenEndpointDown() } : null }));
  });
  app.get(
    "/me",
    withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/me"))),
  );
  app.post("/look", sameOrigin(origin), async ({ localUser }, response) => {
    if (localUser !== null) await away.look(localUser.id);
    response.redirect(303, "/");
  });
  if (controls !== null) app.use("/demo", controlRoutes(controls, origin));

  app.use((_request, response) => void response.status(404).send(notFoundPage(emulated)));
  app.use(answerOutage(emulated, tokenEndpointDown, log), spotifyErrors(), answerFailure(emulated, log));
  return app;
}

/** The account's page is there without Spotify too: a consent that is over is a part of it. */
async function readLink(session: SpotifySession): Promise<Omit<Link, "looks">> {
  const { spotifyId } = session.user;
  try {
    const music = await readMusic(session);
    return { spotifyId, music, status: await session.status(), renewUrl: session.renewUrl };
  } catch (error) {
    if (!(error instanceof ReauthorizationRequired)) throw error;
    return { spotifyId, music: null, status: await session.status(), renewUrl: error.reauthorizeUrl ?? null };
  }
}
