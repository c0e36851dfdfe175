import { describe, expect, it } from "vitest";
import { watchThrough } from "../src/watch.js";
import { eventually } from "./servers.js";

interface Opening {
  readonly succeed: () => void;
  readonly fail: () => void;
  readonly tell: (key: string | null) => void;
  readonly onEnd: () => void;
  closed: boolean;
}

/** Subscriptions that are opened, and end, when the test says so. */
function openings(): { all: Opening[]; open: Parameters<typeof watchThrough>[0] } {
  const all: Opening[] = [];
  return {
    all,
    open: (tell, onEnd) =>
      new Promise((resolve, reject) => {
        const opening: Opening = {
          succeed: () => resolve(() => void (opening.closed = true)),
          fail: () => reject(new Error("not now")),
          tell,
          onEnd,
          closed: false,
        };
        all.push(opening);
      }),
  };
}

const nth = async (all: readonly Opening[], count: number): Promise<Opening> => {
  await eventually(() => expect(all).toHaveLength(count));
  return all[count - 1] as Opening;
};

describe("watchThrough", { timeout: 60_000 }, () => {
  it("opens once for all who begin together, and once more for all who try again", async () => {
    const { all, open } = openings();
    const { watch } = watchThrough(open);
    const twice = (): Promise<unknown> => watch(() => {}).catch(() => watch(() => {}));
    const both = Promise.all([twice(), twice()]);
    (await nth(all, 1)).fail();
    (await nth(all, 2)).succeed();
    await both;
    await watch(() => {});
    expect(all).toHaveLength(2);
  });

  it("tells nothing to one who could not begin", async () => {
    const { all, open } = openings();
    const { watch } = watchThrough(open);
    const told: (string | null)[] = [];
    const refused = watch((key) => void told.push(key));
    (await nth(all, 1)).fail();
    await expect(refused).rejects.toThrow("not now");
    const begun = watch(() => {});
    (await nth(all, 2)).succeed();
    await begun;
    all[1]?.tell("key");
    expect(told).toEqual([]);
  });

  it("tries until it is open again, and then says null, once", async () => {
    const { all, open } = openings();
    const { watch } = watchThrough(open);
    const told: (string | null)[] = [];
    const begun = watch((key) => void told.push(key));
    (await nth(all, 1)).succeed();
    await begun;
    all[0]?.onEnd();
    (await nth(all, 2)).fail();
    (await nth(all, 3)).succeed();
    await eventually(() => expect(told).toEqual([null]));
  });

  it("closes what is opened again after it was ended, and opens nothing more", async () => {
    const { all, open } = openings();
    const { watch, end } = watchThrough(open);
    const told: (string | null)[] = [];
    const begun = watch((key) => void told.push(key));
    (await nth(all, 1)).succeed();
    await begun;
    all[0]?.onEnd();
    const second = await nth(all, 2);
    end();
    second.succeed();
    await eventually(() => expect(second.closed).toBe(true));
    expect(told).toEqual([]);
  });

  it("opens nothing for a subscription that was ended, though its end is told as well", async () => {
    const { all, open } = openings();
    const { watch } = watchThrough(open);
    const told: (string | null)[] = [];
    const first = watch(() => {});
    (await nth(all, 1)).succeed();
    const endFirst = await first;
    await endFirst();
    all[0]?.onEnd();
    const second = watch((key) => void told.push(key));
    (await nth(all, 2)).succeed();
    await second;
    all[1]?.onEnd();
    (await nth(all, 3)).succeed();
    await eventually(() => expect(told).toEqual([null]));
    expect(all).toHaveLength(3);
  });

  it("closes what is still being opened when it is ended", async () => {
    const { all, open } = openings();
    const { watch, end } = watchThrough(open);
    const begun = watch(() => {});
    const first = await nth(all, 1);
    end();
    first.succeed();
    await begun;
    expect(first.closed).toBe(true);
  });

  it("ends for the last who listens, and not before, however often each ends", async () => {
    const { all, open } = openings();
    const { watch } = watchThrough(open);
    const [one, other] = [watch(() => {}), watch(() => {})];
    (await nth(all, 1)).succeed();
    const [endOne, endOther] = [await one, await other];
    await endOne();
    await endOne();
    expect(all[0]?.closed).toBe(false);
    await endOther();
    expect(all[0]?.closed).toBe(true);
    const again = watch(() => {});
    (await nth(all, 2)).succeed();
    await again;
    await endOther();
    expect(all[1]?.closed).toBe(false);
  });
});
