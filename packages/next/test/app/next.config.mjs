import { readFileSync } from "node:fs";

/** The temporary folder links to modules elsewhere. */
const { turbopack, ...config } = JSON.parse(readFileSync("config.json", "utf8"));

/** Where the public finds the sign-in routes as well, for a redirect URI that names no folder. */
const rewrites = async () => [{ source: "/signin/:path*", destination: "/auth/spotify/:path*" }];

export default { ...config, ...(turbopack ? { turbopack: { root: "/" } } : {}), outputFileTracingRoot: "/", rewrites };
