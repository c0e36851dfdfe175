import { afterAll, describe, expect, it } from "vitest";
import { inBatches } from "../src/stores/in-batches.js";
import { openStore, sharedKinds, storeKinds } from "../src/stores/place.js";
import { bytesIn, fill, openPlaces } from "../src/stores/places.js";
import type { Row } from "../src/stores/row.js";

const places = openPlaces();
afterAll(() => places.end());

const rows = Array.from({ length: 2_500 }, (_, index): Row => [`key-${index}`, `${index}`.repeat(100)]);

describe.each(storeKinds)("%s", { timeout: 60_000 }, (kind) => {
  it("serves rows that it was filled with, and no row of another place", async () => {
    const [store, other] = [await openStore(await places.filled(kind, rows)), await openStore(await places.filled(kind, []))];
    // One after the other: a pool lets no caller wait for long.
    for (const [key, value] of rows.filter((_, index) => index % 10 === 0)) expect(await store.get(key)).toBe(value);
    expect(await other.get("key-1")).toBeNull();
    expect(await store.swap("key-1", rows[1]?.[1] ?? null, "another")).toBe(true);
    await store.close?.();
    await other.close?.();
  });
});

it.each(sharedKinds)("%s grows by what its rows take", { timeout: 60_000 }, async (kind) => {
  const place = await places.empty(kind);
  const before = await bytesIn(place);
  await fill(place, rows);
  const values = rows.reduce((sum, [, value]) => sum + value.length, 0);
  const grown = (await bytesIn(place)) - before;
  expect(grown).toBeGreaterThan(values);
  expect(grown).toBeLessThan(4 * values);
});

it("batches hold everything once, in order", () => {
  expect([...inBatches([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  expect([...inBatches([1, 2], 2)]).toEqual([[1, 2]]);
  expect([...inBatches([], 2)]).toEqual([]);
});
