import { beforeEach, expect, it, vi } from "vitest";
import { refresherOnUse as Make } from "../../src/grants/refresher-on-use.js";

type Refresher = ReturnType<typeof Make>;
type Call = Parameters<Refresher["refresh"]>;

const calls: string[] = [];
beforeEach(() => void (calls.length = 0));

/** As a process does that has just begun. `read` is what loading takes. */
async function begin(read: () => Promise<void>): Promise<Refresher> {
  vi.resetModules();
  vi.doMock(import("../../src/grants/refresher.js"), async () => {
    await read();
    return {
      createRefresher: () => ({
        refresh: async () => void calls.push("refresh"),
        close: async () => void calls.push("close"),
        mayHold: () => true,
        pausedUntil: () => 7,
        unstored: () => ["a grant"],
      }),
    };
  });
  const { refresherOnUse } = await import("../../src/grants/refresher-on-use.js");
  return refresherOnUse({} as Parameters<typeof Make>[0]);
}

const call = [] as unknown as Call;

it("what refreshes is loaded with the first refresh; until then nothing is held, paused or unstored", async () => {
  const own = await begin(async () => undefined);
  const state = (): unknown[] => [own.mayHold("key", {} as never), own.pausedUntil(), own.unstored()];
  expect(state()).toEqual([false, 0, []]);
  await own.refresh(...call);
  expect(calls).toEqual(["refresh"]);
  expect(state()).toEqual([true, 7, ["a grant"]]);
});

it("what cannot be loaded is told as an outage, and the next refresh tries again", async () => {
  let read = (): Promise<void> => Promise.reject(new Error("a deployment has taken the file away"));
  const own = await begin(() => read());
  await expect(own.refresh(...call)).rejects.toMatchObject({ name: "TemporarilyUnavailable", reason: "spotify" });
  expect(calls).toEqual([]);
  read = async () => undefined;
  await own.refresh(...call);
  expect(calls).toEqual(["refresh"]);
});

it("who closes while it is loaded closes it too: a refresh that has begun is waited for, and the next one is refused", async () => {
  let arrive = (): void => undefined;
  const own = await begin(() => new Promise((resolve) => (arrive = resolve)));
  const refreshed = own.refresh(...call);
  const closed = own.close();
  await Promise.resolve();
  expect(calls).toEqual([]);
  await vi.waitFor(() => (arrive(), expect(calls).toEqual(["refresh", "close"])));
  await Promise.all([refreshed, closed]);
  await expect(own.refresh(...call)).rejects.toMatchObject({ reason: "closing" });
});
