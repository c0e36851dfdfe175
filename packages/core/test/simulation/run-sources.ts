// For `node --import`: lets Node run the sources as they are, or with one rule removed in a worker that was told to.
import { registerHooks } from "node:module";
import { workerData } from "node:worker_threads";
import type { Task } from "./task.js";

type Patch = (url: string, source: string) => string;

let patch: Patch = (_, source) => source;

registerHooks({
  // An import of `x.js` finds `x.ts`.
  resolve(specifier, context, next) {
    const isOwn = specifier.startsWith(".") && context.parentURL?.includes("/node_modules/") === false;
    return next(isOwn ? specifier.replace(/\.js$/, ".ts") : specifier, context);
  },
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.includes("/packages/core/src/") || loaded.source == null) return loaded;
    const source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    return { ...loaded, source: patch(url, source) };
  },
});

const task = workerData as Task | null;
if (task !== null && task.mutant !== null) {
  const { mutate } = await import("./mutants.js");
  const { mutant } = task;
  patch = (url, source) => mutate(mutant, url, source);
}
