import { randomBytes } from "node:crypto";

/** Where lines for the operator go. */
export type Log = (line: string) => void;

/** Notes what happened under a short name, by which whoever saw the page can ask. */
export function refer(what: string, log: Log): string {
  const reference = randomBytes(4).toString("hex");
  log(`${reference} ${what}`);
  return reference;
}

/** The same for what was thrown, with its stack. */
export function referToError(error: unknown, log: Log): string {
  return refer(error instanceof Error ? (error.stack ?? error.name) : "something that is no error", log);
}
