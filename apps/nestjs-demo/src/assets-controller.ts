import { Controller, Get, Header } from "@nestjs/common";
import { SpotifyPublic } from "@refrain/nestjs";
import { liveScript } from "demo-kit/pages/live-script";
import { icon, style } from "demo-kit/style";
import { streamingScript } from "./live/streaming-script.js";

/** All that pages may load. */
@Controller()
@SpotifyPublic()
export class AssetsController {
  @Get("style.css")
  @Header("Content-Type", "text/css; charset=utf-8")
  @Header("Cache-Control", "no-cache")
  style(): string {
    return style;
  }

  @Get("live.js")
  @Header("Content-Type", "text/javascript; charset=utf-8")
  @Header("Cache-Control", "no-cache")
  live(): string {
    return liveScript;
  }

  @Get("now-playing.js")
  @Header("Content-Type", "text/javascript; charset=utf-8")
  @Header("Cache-Control", "no-cache")
  nowPlaying(): string {
    return streamingScript;
  }

  @Get("favicon.svg")
  @Header("Content-Type", "image/svg+xml")
  @Header("Cache-Control", "public, max-age=86400")
  icon(): string {
    return icon;
  }
}
