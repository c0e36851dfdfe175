import { Controller, Inject, Post, Redirect, UseGuards } from "@nestjs/common";
import type { SpotifySession } from "@refrain/core";
import { Spotify } from "@refrain/nestjs";
import { SameOriginGuard } from "../same-origin-guard.js";
import { AwayJob } from "./away-job.js";

/** The job's work on the user's own account, when they cannot wait for it. */
@Controller("away")
@UseGuards(SameOriginGuard)
export class AwayController {
  constructor(@Inject(AwayJob) private readonly job: AwayJob) {}

  @Post("look")
  @Redirect("/", 303)
  async look(@Spotify("user") user: SpotifySession["user"]): Promise<void> {
    await this.job.look(user.id);
  }
}
