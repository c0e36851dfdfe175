import type { LoggerService } from "@nestjs/common";
import { inspect } from "node:util";

/** A logger for Nest that keeps every line, with all that it was handed. */
export class Recorder implements LoggerService {
  readonly lines: string[] = [];
  readonly log = this.#keep("log");
  readonly error = this.#keep("error");
  readonly warn = this.#keep("warn");
  readonly debug = this.#keep("debug");
  readonly verbose = this.#keep("verbose");
  readonly fatal = this.#keep("fatal");

  #keep(level: string): (...said: unknown[]) => void {
    return (...said) => void this.lines.push(`${level} ${said.map((one) => inspect(one, { depth: 20, showHidden: true })).join(" ")}`);
  }
}
