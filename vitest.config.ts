import { readdirSync } from "node:fs";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { type Kind, postgresKinds, redisKinds } from "./.ci/services/kinds.mjs";

const onEachKind = new Map([
  ["packages/redis", onEach(redisKinds, "packages/redis", "REDIS_SERVER")],
  ["packages/postgres", onEach(postgresKinds, "packages/postgres", "POSTGRES_BIN")],
]);

export default defineConfig({
  test: {
    projects: ["packages", "apps"].flatMap((folder) =>
      readdirSync(folder).flatMap((name) => onEachKind.get(`${folder}/${name}`) ?? project(`${folder}/${name}`)),
    ),
    coverage: { include: ["packages/*/src/**"] },
  },
});

/** Most tests wait for servers, browsers and child processes: three files at a time keep two cores busy. */
function project(root: string): TestProjectInlineConfiguration {
  return { test: { name: root, root, maxWorkers: 3 } };
}

/** A project for each kind of server that the environment names; where it names none, one for the server that is installed. */
function onEach(kinds: readonly Kind[], root: string, variable: string): TestProjectInlineConfiguration[] {
  const named = kinds.filter((kind) => process.env[kind.variable]);
  if (named.length === 0) return [project(root)];
  return named.map((kind) => ({
    test: {
      name: `${root} on ${kind.name}`,
      root,
      env: { [variable]: process.env[kind.variable], SERVER_KIND: kind.name },
      // These hardly do anything but wait: more of them at a time, when the others are done.
      maxWorkers: 4,
      sequence: { groupOrder: 1 },
    },
  }));
}
