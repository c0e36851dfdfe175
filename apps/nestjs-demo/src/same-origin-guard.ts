import { type CanActivate, type ExecutionContext, ForbiddenException, Inject, Injectable } from "@nestjs/common";
import { foreign, isSameOrigin } from "demo-kit/same-origin";
import type { IncomingMessage } from "node:http";
import { STAGE, type Stage } from "./stage.js";

/** Lets only our own pages through. */
@Injectable()
export class SameOriginGuard implements CanActivate {
  constructor(@Inject(STAGE) private readonly stage: Stage) {}

  canActivate(context: ExecutionContext): boolean {
    if (isSameOrigin(context.switchToHttp().getRequest<IncomingMessage>().headers, this.stage.origin)) return true;
    throw new ForbiddenException(foreign);
  }
}
