// npm run simulate -- --seeds 100000 --first 1 [--workers 2] [--mutant K] [--told]
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Outcome, simulateMany } from "./many-seeds.js";
import { simulate } from "./simulate.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    first: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
    mutant: { type: "string" },
    /** Tells the first seed's whole story instead. */
    told: { type: "boolean", default: false },
  },
});
const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`not a positive whole number: ${text}`);
  return number;
};
const first = whole(values.first);

if (values.told) {
  const run = await simulate(first, { told: true });
  console.log(run.lines.join("\n"));
  process.exitCode = run.failures.length > 0 ? 1 : 0;
} else {
  const { mutant } = values;
  let printedAt = performance.now();
  let failed = 0;
  const outcome = await simulateMany({
    first,
    seeds: whole(values.seeds),
    workers: whole(values.workers),
    ...(mutant === undefined ? {} : { mutant, stopsAtFailure: true }),
    onProgress(so) {
      for (const { seed, failure } of so.failures.slice(failed)) console.log(`seed ${seed}: ${failure.rule}: ${failure.detail}`);
      failed = so.failures.length;
      if (performance.now() - printedAt < 30_000) return;
      printedAt = performance.now();
      console.log(summary(so));
    },
  });
  for (const { seed, failure, lines, needs } of outcome.failures) {
    console.log(`\nseed ${seed}: ${failure.rule}: ${failure.detail}`);
    if (lines.length > 0) console.log(`It takes ${needs.join(", ") || "nothing"}:\n${lines.join("\n")}`);
  }
  for (const [what, times] of Object.entries(outcome.counts).toSorted(([one], [other]) => one.localeCompare(other))) console.log(`${times}  ${what}`);
  console.log(summary(outcome));
  process.exitCode = outcome.failures.length > 0 ? 1 : 0;
}

function summary({ seeds, seconds, failures }: Outcome): string {
  return `${seeds} seeds in ${Math.round(seconds)} s, ${Math.round(seeds / seconds)} per second, ${failures.length} failed`;
}
