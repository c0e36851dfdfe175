import { type Run, simulate } from "./simulate.js";

const mostRuns = 400;

/**
 * The same failure with as little as possible: leaves out faults and steps, many at once, then fewer, as long as the same rule is still broken.
 *
 * @see Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002
 */
export async function shrink(failed: Run): Promise<Run> {
  const rule = failed.failures[0]?.rule;
  const without = new Set<string>();
  let smallest = failed;
  let runs = 0;

  const failsWithout = async (ids: readonly string[]): Promise<boolean> => {
    runs += 1;
    const run = await simulate(failed.seed, { without: new Set([...without, ...ids]) });
    if (run.failures[0]?.rule !== rule) return false;
    for (const id of ids) without.add(id);
    smallest = run;
    return true;
  };

  for (let size = Math.ceil(smallest.struck.length / 2); size >= 1 && runs < mostRuns; size = Math.floor(size / 2)) {
    let from = 0;
    while (from < smallest.struck.length && runs < mostRuns) {
      const ids = smallest.struck.slice(from, from + size);
      if (!(await failsWithout(ids))) from += size;
    }
  }
  return simulate(failed.seed, { told: true, without });
}
