import { registerHooks } from "node:module";

// A process of its own that works on a store, told how by its arguments: <what> <path> <times>.
// It runs the sources as they are: Node takes the types out, and this finds the file behind a specifier.
registerHooks({
  resolve: (specifier, context, next) => next(specifier.startsWith(".") ? specifier.replace(/\.js$/, ".ts") : specifier, context),
});
const { sqliteStore } = await import("../src/index.js");

const [what, path = "", times = "0"] = process.argv.slice(2);
const store = sqliteStore(path);

if (what === "count") {
  for (let counted = 0; counted < Number(times);) {
    const before = await store.get("count");
    const after = String(Number(before ?? 0) + 1);
    if (!(await store.swap("count", before, after))) continue;
    counted++;
    process.stdout.write(`${after}\n`);
  }
} else if (what === "claim") {
  for (let claimed = 0; claimed < Number(times); claimed++) {
    if (await store.swap(`claim ${claimed}`, null, `${process.pid}`)) process.stdout.write(`${claimed}\n`);
  }
} else if (what === "watch") {
  await store.watch?.(() => {});
  process.stdout.write("watching\n");
}
