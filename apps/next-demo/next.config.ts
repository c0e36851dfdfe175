import type { NextConfig } from "next";
import { fileURLToPath } from "node:url";

/** Where the lockfile lies: what this app imports is linked from there. */
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The referrer stays within the site: with none at all, browsers would send `Origin: null` with our own forms. Before a real domain HSTS belongs here too. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

const config: NextConfig = {
  turbopack: { root },
  outputFileTracingRoot: root,
  // tsconfig.json is for everything here, with the starter and the tests.
  typescript: { tsconfigPath: "tsconfig.next.json" },
  poweredByHeader: false,
  // What is the same for every answer. The policy for pages changes with each: the proxy sets it.
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

export default config;
