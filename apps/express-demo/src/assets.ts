import { stylesheet } from "@refrain/emulator";
import { Router } from "express";
import { demoStyle } from "./demo-style.js";
import { liveScript } from "./live-script.js";
import { nowPlayingScript } from "./now-playing-script.js";

/** The repeat sign at the end of a refrain: two dots, a thin bar, a thick one. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#4c2889"/><g fill="#fffefc"><rect x="8" y="10" width="4" height="4"/><rect x="8" y="18" width="4" height="4"/><rect x="15" y="6" width="2" height="20"/><rect x="20" y="6" width="5" height="20"/></g></svg>`;

const files: Readonly<Record<string, readonly [type: string, caching: string, body: string]>> = {
  "/style.css": ["text/css", "no-cache", stylesheet + demoStyle],
  "/live.js": ["text/javascript", "no-cache", liveScript],
  "/now-playing.js": ["text/javascript", "no-cache", nowPlayingScript],
  "/favicon.svg": ["image/svg+xml", "public, max-age=86400", icon],
};

/** All that pages may load: the stylesheet, the scripts of the dashboards and of what plays live, the icon. */
export function assets(): Router {
  const router = Router();
  for (const [path, [type, caching, body]] of Object.entries(files)) {
    router.get(path, (_request, response) => void response.type(type).set("Cache-Control", caching).send(body));
  }
  return router;
}
