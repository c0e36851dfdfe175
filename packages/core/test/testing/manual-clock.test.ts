import { describe, expect, it, onTestFinished, vi } from "vitest";
import { sleep } from "../../src/clock.js";
import { manualClock } from "../../src/testing/manual-clock.js";

describe("time that stands still", () => {
  it("starts at the machine's time, or where it is told to", () => {
    expect(Math.abs(manualClock().now() - Date.now())).toBeLessThan(5000);
    expect(manualClock({ startAt: 1_000_000 }).now()).toBe(1_000_000);
  });

  it("moves by nothing but advance", async () => {
    const clock = manualClock({ startAt: 0 });
    let fired = false;
    clock.after(0, () => (fired = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([clock.now(), clock.elapsed(), fired]).toEqual([0, 0, false]);
    await clock.advance(0);
    expect([clock.now(), clock.elapsed(), fired]).toEqual([0, 0, true]);
  });

  it("runs timers in the order of their time, then of their setting, each at its own time", async () => {
    const clock = manualClock({ startAt: 1000 });
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name} at ${clock.now()}, ${clock.elapsed()}`);
    clock.after(30, note("c"));
    clock.after(10, note("a"));
    clock.after(30, note("d"));
    clock.after(20, note("b"));
    clock.after(41, note("e"));
    await clock.advance(40);
    expect(ran).toEqual(["a at 1010, 10", "b at 1020, 20", "c at 1030, 30", "d at 1030, 30"]);
    expect([clock.now(), clock.pending()]).toEqual([1040, 1]);
  });

  it("runs timers that timers set, where they fall due on the way", async () => {
    const clock = manualClock();
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.elapsed());
      clock.after(10, again);
    };
    clock.after(10, again);
    await clock.advance(35);
    expect(ran).toEqual([10, 20, 30]);
    expect(clock.pending()).toBe(1);
  });

  it("lets promises and WebCrypto finish between one timer and the next", async () => {
    const clock = manualClock();
    const ran: number[] = [];
    const work = async (): Promise<void> => {
      for (let step = 0; step < 3; step++) {
        await sleep(clock, 10);
        const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
        await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(2000));
        ran.push(clock.elapsed());
      }
    };
    const done = work();
    await clock.advance(100);
    expect(ran).toEqual([10, 20, 30]);
    await done;
  });

  it("runs no timer that was taken back, even by a timer of the same time", async () => {
    const clock = manualClock();
    const ran: string[] = [];
    clock.after(10, () => {
      ran.push("first");
      cancelSecond();
    });
    const cancelSecond = clock.after(10, () => ran.push("second"));
    const cancelThird = clock.after(20, () => ran.push("third"));
    cancelThird();
    cancelThird();
    expect(clock.pending()).toBe(2);
    await clock.advance(100);
    expect(ran).toEqual(["first"]);
    expect(clock.pending()).toBe(0);
  });

  it("jumps on the wall only", async () => {
    const clock = manualClock({ startAt: 1_000_000 });
    let fired = false;
    clock.after(10, () => (fired = true));
    clock.jump(7200);
    clock.jump(-200);
    expect([clock.now(), clock.elapsed(), clock.pending()]).toEqual([1_007_000, 0, 1]);
    await clock.advance(9);
    expect(fired).toBe(false);
    await clock.advance(1);
    expect(fired).toBe(true);
  });

  it("lets overlapping advances follow each other", async () => {
    const clock = manualClock({ startAt: 0 });
    const ran: number[] = [];
    for (const at of [5, 15, 25]) clock.after(at, () => ran.push(clock.now()));
    await Promise.all([clock.advance(10), clock.advance(10), clock.advance(10)]);
    expect(ran).toEqual([5, 15, 25]);
    expect(clock.now()).toBe(30);
  });

  it("hands what a timer throws to the advance that ran it, and goes on", async () => {
    const clock = manualClock({ startAt: 0 });
    clock.after(5, () => {
      throw new Error("from the timer");
    });
    await expect(clock.advance(10)).rejects.toThrow("from the timer");
    await clock.advance(5);
    expect(clock.now()).toBe(10);
  });

  it("advances while the timers of the test are vitest's", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const clock = manualClock();
    const ran: string[] = [];
    clock.after(5, () => ran.push("due"));
    await clock.advance(5);
    expect(ran).toEqual(["due"]);
  });

  it("does not go back", async () => {
    await expect(manualClock().advance(-1)).rejects.toThrow("forward only");
    await expect(manualClock().advance(Number.NaN)).rejects.toThrow("forward only");
    await expect(manualClock().advance(Infinity)).rejects.toThrow("finite");
  });
});

describe("time that flows", () => {
  it("passes by itself and runs timers", async () => {
    const clock = manualClock({ startAt: 0, flows: true });
    await sleep(clock, 20);
    expect(clock.elapsed()).toBeGreaterThanOrEqual(20);
    expect(clock.now()).toBeGreaterThanOrEqual(20);
    expect(Number.isInteger(clock.now())).toBe(true);
    expect(clock.pending()).toBe(0);
  });

  it("skips ahead on top, running what falls due, each at its time and once", async () => {
    const clock = manualClock({ flows: true });
    const began = performance.now();
    const ran: number[] = [];
    for (const at of [3_600_000, 60_000, 120_000]) clock.after(at, () => ran.push(clock.elapsed()));
    await clock.advance(3_600_000);
    expect(ran.map((at) => Math.floor(at / 60_000))).toEqual([1, 2, 60]);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(clock.pending()).toBe(0);
  });

  it("brings waiting timers nearer by what was skipped", async () => {
    const clock = manualClock({ flows: true });
    const slept = sleep(clock, 60_010);
    await clock.advance(60_000);
    await slept;
    expect(clock.elapsed()).toBeGreaterThanOrEqual(60_010);
  });

  it("holds a timer of months, longer than the machine's own can be", async () => {
    const delays = vi.spyOn(globalThis, "setTimeout");
    onTestFinished(() => delays.mockRestore());
    const clock = manualClock({ flows: true });
    let fired = false;
    const cancel = clock.after(180 * 86_400_000, () => (fired = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fired).toBe(false);
    expect(Math.max(...delays.mock.calls.map(([, ms = 0]) => ms))).toBe(2 ** 31 - 1);
    await clock.advance(180 * 86_400_000);
    expect(fired).toBe(true);
    cancel();
  });
});
