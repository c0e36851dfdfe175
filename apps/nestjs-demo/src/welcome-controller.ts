import { Controller, Get, Inject, Query } from "@nestjs/common";
import { SpotifyPublic } from "@refrain/nestjs";
import { welcomePage } from "demo-kit/pages/welcome-page";
import { Page } from "./page.js";
import { STAGE, type Stage } from "./stage.js";

/** The page of nobody: the only one that is open to everybody. `pages.signIn` leads here, with the page that was asked for. */
@Controller("welcome")
@SpotifyPublic()
export class WelcomeController {
  constructor(@Inject(STAGE) private readonly stage: Stage) {}

  @Get()
  @Page()
  welcome(@Query("returnTo") returnTo: unknown): string {
    return welcomePage(this.stage.emulator !== undefined, typeof returnTo === "string" ? returnTo : undefined);
  }
}
