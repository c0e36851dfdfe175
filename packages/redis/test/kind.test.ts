import { ask } from "server-kit/redis-cluster";
import { expect, it } from "vitest";
import { redisOfTest } from "./opened.js";

it("these tests run on the kind of server that their project is named for", async () => {
  const { port } = await redisOfTest();
  const info = await ask(port, "INFO server");
  // Valkey also says which Redis it may be taken for.
  const [, version] = /^valkey_version:(\d+)/m.exec(info) ?? /^redis_version:(\d+)/m.exec(info) ?? [];
  const kind = `${info.includes("valkey_version:") ? "Valkey" : "Redis"} ${version}`;
  expect(kind).toBe(process.env["SERVER_KIND"] ?? kind);
  expect(Number(version)).toBeGreaterThanOrEqual(7);
});
