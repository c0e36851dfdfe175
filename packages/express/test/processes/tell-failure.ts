import { inspect } from "node:util";
import type { Fleet } from "./fleet.js";

/** What `run` resolves to. A failure says all that is known: what was done, the error with its causes, and what the processes wrote down meanwhile. */
export async function tellFailure<Value>(what: string, { journal }: Fleet, run: () => Promise<Value>): Promise<Value> {
  const from = journal.entries().length;
  try {
    return await run();
  } catch (error) {
    const lines = journal
      .entries()
      .slice(from)
      .map((entry) => JSON.stringify(entry));
    const told = [what, inspect(error, { depth: 6 }), ...lines].join("\n");
    // At once: a run of half an hour may be ended before its failures are listed.
    console.error(told);
    throw new Error(told, { cause: error });
  }
}
