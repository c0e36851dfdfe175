import type { SpotifyAuth } from "@refrain/core";
import type { Emulator } from "@refrain/emulator";
import { spotifyAuth, spotifyErrors, withSpotify } from "@refrain/express";
import { nameOf, readListening } from "demo-kit/listening";
import { readPlayed, readPlaying } from "demo-kit/music";
import express, { type Express } from "express";
import { account } from "./account.js";
import { assets } from "./assets.js";
import { createControls } from "./controls.js";
import type { DemoClock } from "./demo-clock.js";
import { answerFailure, answerOutage, type Log } from "./failures.js";
import { notFoundPage } from "./failure-pages.js";
import { homePage } from "./home-page.js";
import { livePage } from "./live-page.js";
import { recentPage } from "./recent-page.js";
import { securityHeaders } from "./security-headers.js";
import { createTrail } from "./trail.js";
import { trailStream } from "./trail-stream.js";
import { usableToken } from "./usable-token.js";
import { welcomePage } from "./welcome-page.js";

export interface DemoAppOptions {
  readonly auth: SpotifyAuth;
  /** The app's own origin, as browsers see it. */
  readonly origin: string;
  /** The clock that `auth` lives by. */
  readonly clock: DemoClock;
  /** Stands in for Spotify and gets buttons. Its clock must be this one too. @defaultValue the real Spotify: no buttons */
  readonly emulator?: Emulator | undefined;
  /** The origin of Spotify's sign-in page. @defaultValue the emulator's, else `https://accounts.spotify.com` */
  readonly spotify?: string | undefined;
  /** Ends the live trails, which would hold up a server that closes. @defaultValue never */
  readonly closing?: AbortSignal;
  /** @defaultValue standard error */
  readonly log?: Log;
}

/** The demo, without a server around it. */
export function createApp({
  auth,
  origin,
  clock,
  emulator,
  spotify = emulator?.origin ?? "https://accounts.spotify.com",
  closing = new AbortController().signal,
  log = console.error,
}: DemoAppOptions): Express {
  const emulated = emulator !== undefined;
  const trail = createTrail(auth, clock, emulator);
  const controls = emulated ? createControls(emulator, clock, origin) : null;
  const tokenEndpointDown = (): boolean => controls?.tokenEndpointDown() === true;
  const app = express().disable("x-powered-by");

  app.use(securityHeaders(origin, spotify));
  app.use(assets());
  app.use(spotifyAuth(auth));

  const usable = usableToken(auth);
  app.get("/", (request, response, next) => (request.spotify === null ? response.send(welcomePage(emulated)) : next()));
  app.get(
    "/",
    usable,
    withSpotify(async ({ spotify: session }, response) => {
      const listening = await readListening(session);
      const page = { spotifyId: session.user.spotifyId, status: await session.status(), listening, steps: trail.steps(), now: clock.now() };
      response.send(homePage({ ...page, emulator: emulated ? { tokenEndpointDown: tokenEndpointDown() } : null }));
    }),
  );
  app.get(
    "/recent",
    usable,
    withSpotify(
      async ({ spotify: session }, response) => {
        const [who, played] = await Promise.all([nameOf(session), session.json<unknown>("/v1/me/player/recently-played?limit=20")]);
        response.send(recentPage(who, readPlayed(played), emulated));
      },
      { scopes: ["user-read-recently-played"] },
    ),
  );
  app.get(
    "/live",
    usable,
    withSpotify(
      async ({ spotify: session }, response) => {
        const [who, playing] = await Promise.all([nameOf(session), session.json<unknown>("/v1/me/player/currently-playing")]);
        response.send(livePage(who, readPlaying(playing), emulated));
      },
      { scopes: ["user-read-currently-playing"] },
    ),
  );
  app.use("/account", account({ auth, origin, clock, emulated }));
  app.get(
    "/me",
    withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/me"))),
  );
  app.get("/trail", trailStream(auth, trail, clock, closing));
  if (controls !== null) app.use("/demo", controls.routes);

  app.use((_request, response) => void response.status(404).send(notFoundPage(emulated)));
  app.use(answerOutage(emulated, tokenEndpointDown, log), spotifyErrors(), answerFailure(emulated, log));
  return app;
}
