import { expect, it } from "vitest";
import { interleaved } from "../src/interleaved.js";

it("takes turns, back and forth, and forgets the warm-ups", async () => {
  const order: string[] = [];
  const run = (name: string) => async (): Promise<number> => order.push(name);
  const results = await interleaved({ a: run("a"), b: run("b") }, { rounds: 2, warmUps: 1 });
  expect(order.join("")).toBe("baabba");
  expect(results).toEqual({ a: [3, 6], b: [4, 5] });
});
