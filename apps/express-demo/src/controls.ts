import type { Emulator } from "@refrain/emulator";
import { Router, type RequestHandler } from "express";
import type { DemoClock } from "./demo-clock.js";
import { sameOrigin } from "./same-origin.js";

const agedMs = 120_000;

export interface Controls {
  readonly routes: Router;
  /** Whether the button broke the token endpoint. */
  tokenEndpointDown(): boolean;
}

/** The buttons that stand only before a local Spotify: they move its clock and ours, and break its token endpoint. */
export function createControls(emulator: Emulator, clock: DemoClock, origin: string): Controls {
  let mend: (() => void) | undefined;
  const routes = Router();
  routes.post("/{*any}", sameOrigin(origin));

  const moveTo = (beforeExpiryMs: number): RequestHandler => {
    return (request, _response, next) => {
      if (request.spotify !== null) clock.advance(request.spotify.expiresAt - beforeExpiryMs - clock.now());
      next();
    };
  };
  routes.post("/age", moveTo(agedMs));
  routes.post("/expire", moveTo(-1000));
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
