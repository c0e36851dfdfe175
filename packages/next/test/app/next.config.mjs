import { readFileSync } from "node:fs";

/** The temporary folder links to modules elsewhere. */
const { turbopack, ...config } = JSON.parse(readFileSync("config.json", "utf8"));

export default { ...config, ...(turbopack ? { turbopack: { root: "/" } } : {}), outputFileTracingRoot: "/" };
