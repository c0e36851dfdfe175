import type { SpotifyAuth } from "@refrain/core";
import { spotifyAuth, spotifyErrors, withSpotify } from "@refrain/express";
import { createControls } from "demo-kit/controls";
import { nameOf, readListening } from "demo-kit/listening";
import { readPlayed, readPlaying } from "demo-kit/music";
import { notFoundPage } from "demo-kit/pages/failure-pages";
import { homePage } from "demo-kit/pages/home-page";
import { livePage } from "demo-kit/pages/live-page";
import { recentPage } from "demo-kit/pages/recent-page";
import { welcomePage } from "demo-kit/pages/welcome-page";
import { securityHeaders } from "demo-kit/security-headers";
import type { Stage } from "demo-kit/start-demo";
import { createTrail } from "demo-kit/trail/trail";
import express, { type Express } from "express";
import { account } from "./account.js";
import { assets } from "./assets.js";
import { controlRoutes } from "./controls.js";
import { everyAnswer } from "./every-answer.js";
import { answerFailure, answerOutage } from "./failures.js";
import { polling } from "./now-playing-script.js";
import { trailStream } from "./trail-stream.js";
import { usableToken } from "./usable-token.js";

export interface DemoAppOptions extends Pick<Stage, "origin" | "clock" | "emulator" | "emulated" | "spotify" | "log"> {
  readonly auth: SpotifyAuth;
  /** Ends the live trails, which would hold up a server that closes. @defaultValue never */
  readonly closing?: AbortSignal;
}

/** The demo, without a server around it. */
export function createApp({
  auth,
  origin,
  clock,
  emulator,
  emulated = emulator !== undefined,
  spotify,
  closing = new AbortController().signal,
  log,
}: DemoAppOptions): Express {
  const trail = createTrail(auth, clock, emulator);
  const controls = emulator === undefined ? null : createControls(emulator, clock);
  const tokenEndpointDown = (): boolean => controls?.tokenEndpointDown() === true;
  const app = express().disable("x-powered-by");

  app.use(everyAnswer(securityHeaders(origin, spotify)));
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
      response.send(homePage({ ...page, emulated, emulator: controls === null ? null : { tokenEndpointDown: tokenEndpointDown() } }));
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
        response.send(livePage(who, readPlaying(playing), polling, emulated));
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
  if (controls !== null) app.use("/demo", controlRoutes(controls, origin));

  app.use((_request, response) => void response.status(404).send(notFoundPage(emulated)));
  app.use(answerOutage(emulated, tokenEndpointDown, log), spotifyErrors(), answerFailure(emulated, log));
  return app;
}
