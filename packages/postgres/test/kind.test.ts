import { expect, it } from "vitest";
import { postgresOfFile, run } from "./servers.js";

const databaseOfTest = postgresOfFile();

it("these tests run on the kind of server that their project is named for", async () => {
  const { url } = await databaseOfTest();
  const [row] = await run(url, "SELECT current_setting('server_version_num')::int / 10000 AS major");
  const kind = `Postgres ${String(row?.["major"])}`;
  expect(kind).toBe(process.env["SERVER_KIND"] ?? kind);
  expect(row?.["major"]).toBeGreaterThanOrEqual(13);
});
