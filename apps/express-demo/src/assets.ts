import { stylesheet } from "@refrain/emulator";
import { Router } from "express";
import { demoStyle } from "./demo-style.js";
import { liveScript } from "./live-script.js";

/** The three files every page may load: the stylesheet, the script of the live trail, the icon. */
export function assets(): Router {
  const router = Router();
  router.get(
    "/style.css",
    (_request, response) =>
      void response
        .type("text/css")
        .set("Cache-Control", "no-cache")
        .send(stylesheet + demoStyle),
  );
  router.get("/live.js", (_request, response) => void response.type("text/javascript").set("Cache-Control", "no-cache").send(liveScript));
  router.get("/favicon.svg", (_request, response) => void response.type("image/svg+xml").set("Cache-Control", "public, max-age=86400").send(icon));
  return router;
}

/** The repeat sign at the end of a refrain: two dots, a thin bar, a thick one. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#4c2889"/><g fill="#fffefc"><rect x="8" y="10" width="4" height="4"/><rect x="8" y="18" width="4" height="4"/><rect x="15" y="6" width="2" height="20"/><rect x="20" y="6" width="5" height="20"/></g></svg>`;
