import { type ArgumentsHost, Catch, type ExceptionFilter, ForbiddenException, HttpException, Inject } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import { brokenPage, notFoundPage } from "demo-kit/pages/failure-pages";
import { referToError } from "demo-kit/refer";
import { STATUS_CODES } from "node:http";
import { STAGE, type Stage } from "../stage.js";

/** Whatever else went wrong: a page with a reference, never a stack. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  constructor(
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
    @Inject(STAGE) private readonly stage: Stage,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.http;
    const response: unknown = host.switchToHttp().getResponse();
    const status = error instanceof HttpException ? error.getStatus() : 500;
    const page = this.#page(error, status);
    httpAdapter.setHeader(response, "Content-Type", page.startsWith("<") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
    httpAdapter.reply(response, page, status);
  }

  #page(error: unknown, status: number): string {
    const emulated = this.stage.emulator !== undefined;
    if (status === 404) return notFoundPage(emulated);
    if (status < 500) return error instanceof ForbiddenException ? error.message : (STATUS_CODES[status] ?? "");
    return brokenPage(referToError(error, this.stage.log), emulated);
  }
}
