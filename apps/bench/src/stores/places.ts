import { join } from "node:path";
import { startPostgres } from "server-kit/postgres";
import { startRedis } from "server-kit/redis";
import { scratchFolder } from "../scratch.js";
import type { Place, SharedKind, SharedPlace, StoreKind } from "./place.js";
import { createPostgres, fillPostgres, postgresBytes } from "./postgres.js";
import { fillRedis, redisBytes } from "./redis.js";
import type { Row } from "./row.js";
import { createSqlite, fillSqlite, sqliteBytes } from "./sqlite.js";

/** Makes places for rows: files, and databases of servers that are started when they are first needed. All of it is gone when this process is. */
export interface Places {
  /** A store that holds these rows. */
  filled(kind: StoreKind, rows: Iterable<Row>): Promise<Place>;
  empty(kind: SharedKind): Promise<SharedPlace>;
  /** Ends the servers, which end with this process at the latest. */
  end(): Promise<void>;
}

export function openPlaces(): Places {
  const folder = scratchFolder();
  let made = 0;
  let redis: ReturnType<typeof startRedis> | undefined;
  let postgres: ReturnType<typeof startPostgres> | undefined;

  const create: Readonly<Record<SharedKind, (number: number) => Promise<string>>> = {
    async sqlite(number) {
      const file = join(folder, `grants-${number}.sqlite`);
      await createSqlite(file);
      return file;
    },
    async redis(number) {
      redis ??= startRedis(() => ["--databases", "64", "--appendonly", "no"]);
      return `${(await redis).url}/${number}`;
    },
    async postgres(number) {
      postgres ??= startPostgres();
      return createPostgres((await postgres).url, `bench_${number}`);
    },
  };

  const places: Places = {
    empty: async (kind) => ({ kind, at: await create[kind](made++) }),
    async filled(kind, rows) {
      if (kind === "memory") return { kind, rows: [...rows] };
      const place = await places.empty(kind);
      await fill(place, rows);
      return place;
    },
    async end() {
      await (await redis)?.stop();
      await (await postgres)?.stop();
    },
  };
  return places;
}

/** Writes rows past the store, many at once. */
export async function fill({ kind, at }: SharedPlace, rows: Iterable<Row>): Promise<void> {
  await { sqlite: fillSqlite, redis: fillRedis, postgres: fillPostgres }[kind](at, rows);
}

/** How large it is: the file; all that the server holds in memory; the table with its indexes. */
export async function bytesIn({ kind, at }: SharedPlace): Promise<number> {
  return { sqlite: sqliteBytes, redis: redisBytes, postgres: postgresBytes }[kind](at);
}
