import { liveScript } from "demo-kit/pages/live-script";
import { icon, style } from "demo-kit/style";
import { Router } from "express";
import { nowPlayingScript } from "./now-playing-script.js";

const files: Readonly<Record<string, readonly [type: string, caching: string, body: string]>> = {
  "/style.css": ["text/css", "no-cache", style],
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
