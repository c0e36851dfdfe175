import { Controller, Get, Inject } from "@nestjs/common";
import type { SpotifySession } from "@refrain/core";
import { Spotify, SpotifyScopes } from "@refrain/nestjs";
import { nameOf } from "demo-kit/listening";
import { readPlayed, readPlaying } from "demo-kit/music";
import { livePage } from "demo-kit/pages/live-page";
import { recentPage } from "demo-kit/pages/recent-page";
import { streaming } from "./live/streaming-script.js";
import { Page } from "./page.js";
import { STAGE, type Stage } from "./stage.js";

/** Pages that need a permission each. Whoever lacks it is asked by Spotify, and comes back. */
@Controller()
export class ListeningController {
  constructor(@Inject(STAGE) private readonly stage: Stage) {}

  @Get("live")
  @SpotifyScopes("user-read-currently-playing")
  @Page()
  async live(@Spotify() session: SpotifySession): Promise<string> {
    const [who, playing] = await Promise.all([nameOf(session), session.json<unknown>("/v1/me/player/currently-playing")]);
    return livePage(who, readPlaying(playing), streaming, this.stage.emulator !== undefined);
  }

  @Get("recent")
  @SpotifyScopes("user-read-recently-played")
  @Page()
  async recent(@Spotify() session: SpotifySession): Promise<string> {
    const [who, played] = await Promise.all([nameOf(session), session.json<unknown>("/v1/me/player/recently-played?limit=20")]);
    return recentPage(who, readPlayed(played), this.stage.emulator !== undefined);
  }
}
