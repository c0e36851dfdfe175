// npm run fuzz -- [--paths 100000] [--seed 1]
import { parseArgs } from "node:util";
import { fuzzPaths } from "./fuzz-paths.js";

const { values } = parseArgs({ options: { paths: { type: "string", default: "100000" }, seed: { type: "string" } } });
const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`not a positive whole number: ${text}`);
  return number;
};
const seed = values.seed === undefined ? crypto.getRandomValues(new Uint32Array(1))[0] || 1 : whole(values.seed);

const { paths, passed, failures } = await fuzzPaths(whole(values.paths), seed);
for (const { number, asked, what } of failures.slice(0, 20)) console.log(`path ${number}: ${asked.method} ${JSON.stringify(asked.path)} ${what}`);
console.log(`seed ${seed}: ${paths} paths, ${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
