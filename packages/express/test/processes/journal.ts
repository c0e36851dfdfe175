import { createHash } from "node:crypto";
import { openSync, readFileSync, writeSync } from "node:fs";

/** What all processes and the test write down, in one order. A line is in the file before the next step is taken, so a kill takes nothing back. */
export type JournalEntry =
  /** A refresh token, by its fingerprint, went out, came in, or is in the store, which said so. */
  | { readonly process: number; readonly what: "sent" | "received" | "stored"; readonly token: string }
  /** The process is about to be killed or to stand still, at this step of this visitor's request. */
  | { readonly process: number; readonly what: "caught"; readonly step: string; readonly visitor: string }
  | { readonly process: number; readonly what: "killed" | "stopped" | "continued" };

/** An entry and when it was written, in Unix ms of the clock that all share. */
export type Noted = JournalEntry & { readonly at: number };

export interface Journal {
  write(entry: JournalEntry): void;
  entries(): readonly Noted[];
}

export function openJournal(path: string, now: () => number): Journal {
  const file = openSync(path, "a");
  return {
    write: (entry) => void writeSync(file, `${JSON.stringify({ ...entry, at: now() })}\n`),
    entries: () =>
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Noted),
  };
}

/** As the emulator's history calls a token. */
export function fingerprint(token: string): string {
  return createHash("sha256").update(token).digest("base64url").slice(0, 8);
}
