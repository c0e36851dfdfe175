import type { SpotifySession } from "@refrain/core";
import type { Emulator } from "@refrain/emulator";
import { Router, type RequestHandler } from "express";
import type { DemoClock } from "./demo-clock.js";
import { sameOrigin } from "./same-origin.js";

const agedMs = 120_000;
const fiveDaysMs = 5 * 86_400_000;
const aMomentMs = 1000;

export interface Controls {
  readonly routes: Router;
  /** Whether the button broke the token endpoint. */
  tokenEndpointDown(): boolean;
}

/** The buttons that stand only before a local Spotify: they move its clock and ours, break its token endpoint, and take a permission back as the user could. */
export function createControls(emulator: Emulator, clock: DemoClock, origin: string): Controls {
  let mend: (() => void) | undefined;
  const routes = Router();
  routes.post("/{*any}", sameOrigin(origin));

  const forUser = (act: (session: SpotifySession) => void): RequestHandler => {
    return (request, _response, next) => {
      if (request.spotify !== null) act(request.spotify);
      next();
    };
  };
  const moveTo = (instant: (session: SpotifySession) => number): RequestHandler => forUser((session) => clock.advance(instant(session) - clock.now()));
  routes.post(
    "/age",
    moveTo(({ expiresAt }) => expiresAt - agedMs),
  );
  routes.post(
    "/expire",
    moveTo(({ expiresAt }) => expiresAt + aMomentMs),
  );
  routes.post(
    "/five-days",
    moveTo(({ reauthorizeBy }) => reauthorizeBy - fiveDaysMs),
  );
  routes.post(
    "/six-months",
    moveTo(({ reauthorizeBy }) => reauthorizeBy + aMomentMs),
  );
  routes.post(
    "/withdraw",
    forUser(({ user }) => emulator.withdrawScopes(user.spotifyId, ["user-read-currently-playing"])),
  );
  routes.post("/break", (_request, _response, next) => {
    mend ??= emulator.fault({ on: "token", kind: "status", status: 503, body: "upstream connect error" });
    next();
  });
  routes.post("/mend", (_request, _response, next) => {
    mend?.();
    mend = undefined;
    next();
  });
  routes.post("/{*any}", (_request, response) => response.redirect(303, "/"));

  return { routes, tokenEndpointDown: () => mend !== undefined };
}
