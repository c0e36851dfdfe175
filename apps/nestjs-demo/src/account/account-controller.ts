import { Controller, Get, Inject, Param, Post, Redirect, UseGuards } from "@nestjs/common";
import { requireSession, type SpotifySession } from "@refrain/core";
import { Spotify, SpotifyAuthService, SpotifyOptional } from "@refrain/nestjs";
import { nameOf } from "demo-kit/listening";
import { accountPage } from "demo-kit/pages/account-page";
import { Looks } from "../away/looks.js";
import { Page } from "../page.js";
import { SameOriginGuard } from "../same-origin-guard.js";
import { STAGE, type Stage } from "../stage.js";

/** The user's sessions, consent and permissions. The guard would ask for a usable token; here a session is enough. */
@Controller("account")
@SpotifyOptional()
export class AccountController {
  constructor(
    @Inject(STAGE) private readonly stage: Stage,
    @Inject(SpotifyAuthService) private readonly spotify: SpotifyAuthService,
    @Inject(Looks) private readonly looks: Looks,
  ) {}

  @Get()
  @Page()
  async account(@Spotify() visitor: SpotifySession | null): Promise<string> {
    const session = await this.#signedIn(visitor);
    const [who, sessions] = await Promise.all([nameOf(session), this.spotify.sessions(session.user.id)]);
    return accountPage({
      who,
      session,
      sessions,
      now: this.stage.clock.now(),
      emulated: this.stage.emulator !== undefined,
      disconnectAt: "/account/disconnect",
    });
  }

  @Post("sessions/end-others")
  @UseGuards(SameOriginGuard)
  @Redirect("/account", 303)
  async endOthers(@Spotify() visitor: SpotifySession | null): Promise<void> {
    const session = await this.#signedIn(visitor);
    await this.spotify.signOut(session.user.id, { keep: session });
  }

  @Post("sessions/:id/end")
  @UseGuards(SameOriginGuard)
  @Redirect("/account", 303)
  async end(@Spotify() visitor: SpotifySession | null, @Param("id") id: string): Promise<void> {
    const { user } = await this.#signedIn(visitor);
    await this.spotify.signOut(user.id, { only: id });
  }

  /** What the app itself has noted goes first; then the library's route erases the rest, with the same request. */
  @Post("disconnect")
  @UseGuards(SameOriginGuard)
  @Redirect("/auth/spotify/disconnect", 307)
  async disconnect(@Spotify() visitor: SpotifySession | null): Promise<void> {
    const { user } = await this.#signedIn(visitor);
    this.looks.forget(user.id);
  }

  /** With a usable token or without one: sessions can be ended while Spotify is down. Nobody at all is sent to sign in. */
  async #signedIn(visitor: SpotifySession | null): Promise<SpotifySession> {
    return visitor ?? requireSession(this.spotify.auth, null);
  }
}
