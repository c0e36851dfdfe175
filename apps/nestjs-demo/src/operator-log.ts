import type { LoggerService } from "@nestjs/common";
import type { Log } from "demo-kit/refer";

/** What Nest has to say to the operator, without what it tells of each start. */
export class OperatorLog implements LoggerService {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  log(): void {}

  warn(...words: readonly unknown[]): void {
    this.#log(words.map(String).join(" "));
  }

  error(...words: readonly unknown[]): void {
    this.#log(words.map(String).join(" "));
  }

  fatal(...words: readonly unknown[]): void {
    this.#log(words.map(String).join(" "));
  }
}
