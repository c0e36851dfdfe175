/** What happened in a run: a sentence per step, the faults that struck, the rules that were broken, and what was counted. */
export interface Journal {
  /** The sentence is only made where somebody reads it. */
  say(sentence: () => string): void;
  /** Notes a fault by its id and strikes, unless the run is to go without it. */
  strikes(id: string): boolean;
  broken(rule: string, detail: string): void;
  count(what: string): void;
  readonly lines: readonly string[];
  readonly struck: readonly string[];
  readonly failures: readonly Failure[];
  readonly counts: Readonly<Record<string, number>>;
}

export interface Failure {
  readonly rule: string;
  readonly detail: string;
}

/** @param without Ids of faults and steps that this run leaves out. */
export function createJournal(now: () => number, options: { readonly told: boolean; readonly without: ReadonlySet<string> }): Journal {
  const lines: string[] = [];
  const struck: string[] = [];
  const failures: Failure[] = [];
  const counts: Record<string, number> = {};
  return {
    say(sentence) {
      if (options.told) lines.push(`${instant(now())}  ${sentence()}`);
    },
    strikes(id) {
      if (options.without.has(id)) return false;
      struck.push(id);
      return true;
    },
    broken(rule, detail) {
      failures.push({ rule, detail });
      if (options.told) lines.push(`${instant(now())}  BROKEN ${rule}: ${detail}`);
    },
    count(what) {
      counts[what] = (counts[what] ?? 0) + 1;
    },
    lines,
    struck,
    failures,
    counts,
  };
}

function instant(ms: number): string {
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, "0");
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1_000) % 60, 2)}.${part(ms % 1_000, 3)}`;
}
