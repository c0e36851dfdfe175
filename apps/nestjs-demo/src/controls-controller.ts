import { Controller, Inject, Param, Post, Redirect, UseGuards } from "@nestjs/common";
import type { SpotifySession } from "@refrain/core";
import { Spotify, SpotifyOptional } from "@refrain/nestjs";
import type { Controls } from "demo-kit/controls";
import { SameOriginGuard } from "./same-origin-guard.js";

/** The provider of the buttons; `null` before the real Spotify. */
export const CONTROLS: symbol = Symbol("controls");

/** The buttons that stand only before a local Spotify. */
@Controller("demo")
@SpotifyOptional()
@UseGuards(SameOriginGuard)
export class ControlsController {
  constructor(@Inject(CONTROLS) private readonly controls: Controls) {}

  @Post(":button")
  @Redirect("/", 303)
  press(@Param("button") button: string, @Spotify() session: SpotifySession | null): void {
    this.controls.press(button, session);
  }
}
