import { type BeforeApplicationShutdown, Inject, Injectable } from "@nestjs/common";
import { drain } from "demo-kit/listen";
import { STAGE, type Stage } from "./stage.js";

/** Lets the last requests finish, before the sign-in closes its store. Not every platform of Nest's closes a server that it did not open. */
@Injectable()
export class LastRequests implements BeforeApplicationShutdown {
  constructor(@Inject(STAGE) private readonly stage: Stage) {}

  async beforeApplicationShutdown(): Promise<void> {
    await drain(this.stage.server);
  }
}
