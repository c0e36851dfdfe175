// What `import()` brings in later is left out: sign-in routes and their pages are loaded with the first sign-in, what refreshes with the first refresh.
const atStart = (config) => ({
  ...config,
  format: "esm",
  plugins: [
    {
      name: "at start",
      setup: ({ onResolve }) => onResolve({ filter: /^\./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined)),
    },
  ],
});

const core = { path: "packages/core/dist/index.js", import: "{ createSpotifyAuth, requireSession, toProblem }" };

export default [
  { ...core, name: "core at start, own code", ignore: ["jose", "limiter", "oauth4webapi"], limit: "15 kB", modifyEsbuildConfig: atStart },
  { ...core, name: "core at start, with its dependencies", limit: "22.6 kB", modifyEsbuildConfig: atStart },
  { ...core, name: "core with routes, pages and operations, own code", ignore: ["jose", "limiter", "oauth4webapi"], limit: "35.2 kB" },
  { name: "next/client", path: "packages/next/dist/client/index.js", ignore: ["react"], limit: "3 kB" },
];
