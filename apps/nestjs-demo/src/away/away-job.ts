import { type BeforeApplicationShutdown, Inject, Injectable } from "@nestjs/common";
import { Cron, CronExpression } from "@nestjs/schedule";
import { SpotifyAuthService } from "@refrain/nestjs";
import { heardBy } from "demo-kit/heard-by";
import { LiveReaders } from "../live/live-readers.js";
import { STAGE, type Stage } from "../stage.js";
import { Looks } from "./looks.js";

/** Work for users who are not there: no request, no cookie. In a larger app a process of its own. */
@Injectable()
export class AwayJob implements BeforeApplicationShutdown {
  #running: Promise<void> = Promise.resolve();
  #ending = false;

  constructor(
    @Inject(SpotifyAuthService) private readonly spotify: SpotifyAuthService,
    @Inject(Looks) private readonly looks: Looks,
    @Inject(LiveReaders) private readonly readers: LiveReaders,
    @Inject(STAGE) private readonly stage: Stage,
  ) {}

  /** Looks what plays for everybody who has no live page open, one after the other. */
  @Cron(CronExpression.EVERY_MINUTE, { name: "away", waitForCompletion: true })
  lookAtAll(): Promise<void> {
    this.#running = this.#lookAtAll();
    return this.#running;
  }

  async look(user: string): Promise<void> {
    const heard = await heardBy(this.spotify.forUser(user));
    if (heard === null) this.looks.forget(user);
    else this.looks.add(user, { at: this.stage.clock.now(), heard });
  }

  /** Waits for a look that is under way, before the databases close. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#ending = true;
    await this.#running;
  }

  async #lookAtAll(): Promise<void> {
    for (const user of this.looks.users()) if (!this.#ending && !this.readers.has(user)) await this.look(user);
  }
}
