import { Controller, Get, Inject } from "@nestjs/common";
import type { SpotifySession } from "@refrain/core";
import { Spotify } from "@refrain/nestjs";
import type { Controls } from "demo-kit/controls";
import { readListening } from "demo-kit/listening";
import { awayPanel } from "demo-kit/pages/away-panel";
import { homePage } from "demo-kit/pages/home-page";
import type { Trail } from "demo-kit/trail/trail";
import { Looks } from "./away/looks.js";
import { CONTROLS } from "./controls-controller.js";
import { Page } from "./page.js";
import { STAGE, type Stage } from "./stage.js";
import { TRAIL } from "./trail-controller.js";

const everyMinute = "Every minute a job looks what plays for everybody who has no live page open: no request, no cookie, nobody there.";

/** The page of someone who is signed in, and the same as JSON for programs. */
@Controller()
export class HomeController {
  constructor(
    @Inject(STAGE) private readonly stage: Stage,
    @Inject(TRAIL) private readonly trail: Trail,
    @Inject(CONTROLS) private readonly controls: Controls | null,
    @Inject(Looks) private readonly looks: Looks,
  ) {}

  @Get()
  @Page()
  async home(@Spotify() session: SpotifySession): Promise<string> {
    const { id, spotifyId } = session.user;
    const listening = await readListening(session);
    return homePage({
      spotifyId,
      listening,
      status: await session.status(),
      steps: this.trail.steps(),
      now: this.stage.clock.now(),
      emulator: this.controls === null ? null : { tokenEndpointDown: this.controls.tokenEndpointDown() },
      away: awayPanel(this.looks.of(id), everyMinute, "/away/look"),
    });
  }

  @Get("me")
  me(@Spotify() session: SpotifySession): Promise<unknown> {
    return session.json("/v1/me");
  }
}
