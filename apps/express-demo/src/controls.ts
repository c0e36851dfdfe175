import type { Controls } from "demo-kit/controls";
import { Router } from "express";
import { sameOrigin } from "./same-origin.js";

/** The buttons, below `/demo`. */
export function controlRoutes(controls: Controls, origin: string): Router {
  const routes = Router();
  routes.post("/{*any}", sameOrigin(origin), (request, response) => {
    controls.press(request.path.slice(1), request.spotify);
    response.redirect(303, "/");
  });
  return routes;
}
