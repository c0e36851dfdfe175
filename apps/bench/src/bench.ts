import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startChild } from "./child.js";
import { documentedSections, writeDocumentation } from "./documentation.js";
import { isMet, type Measurement } from "./measurement.js";
import { drawPictures } from "./pictures/pictures.js";
import type { SectionAnswer, SectionOrder } from "./section-process.js";
import { sections } from "./sections.js";
import { table } from "./table.js";

const usage = `Usage: npm run bench -- [options] [section …]

  --quick       fewer rounds and users, and 100,000 grants instead of a million: some minutes
  --json        prints JSON instead of the table
  --svg FOLDER  also draws the CPU per request and the cost of a read there
  --docs        also writes the tables and pictures of packages/core/sizes.md; needs ${documentedSections.join(", ")}

Sections: ${Object.keys(sections).join(", ")} (default: all)`;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      svg: { type: "string" },
      docs: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return console.log(usage);
  const unknown = positionals.filter((name) => !Object.hasOwn(sections, name));
  if (unknown.length > 0) throw new Error(`No such section: ${unknown.join(", ")}.\n\n${usage}`);
  const chosen = positionals.length === 0 ? Object.keys(sections) : positionals;
  if (values.docs && !documentedSections.every((name) => chosen.includes(name))) throw new Error(`--docs needs the sections ${documentedSections.join(", ")}.`);

  const load = [loadOfMachine()];
  const measurements: Measurement[] = [];
  for (const section of chosen) {
    const startedAt = performance.now();
    measurements.push(...(await measure({ section, quick: values.quick })));
    load.push(loadOfMachine());
    console.error(`${section}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }

  const machine = { node: process.version, processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, load };
  const said = `Node ${machine.node}, ${machine.cores} x ${machine.processor}`;
  if (values.json)
    console.log(JSON.stringify({ machine, quick: values.quick, measurements: measurements.map((one) => ({ ...one, met: isMet(one) })) }, null, 2));
  else console.log(`\n${table(measurements)}\n\n${said}, load ${load.join(" -> ")}`);
  if (values.svg !== undefined) drawPictures(measurements, chosen, values.svg);
  if (values.docs) writeDocumentation(measurements, `Measured by \`npm run bench -- --docs${values.quick ? " --quick" : ""}\` with ${said}.`);
}

async function measure(order: SectionOrder): Promise<readonly Measurement[]> {
  // A million grants of 1.3 KiB do not fit into the heap that Node allows by itself on a small machine.
  const child = startChild<SectionOrder, SectionAnswer>(new URL("section-process.js", import.meta.url), ["--expose-gc", "--max-old-space-size=6144"]);
  try {
    return (await child.ask(order)).measurements;
  } finally {
    child.end();
  }
}

function loadOfMachine(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
