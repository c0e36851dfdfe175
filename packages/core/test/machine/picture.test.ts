import { expect, it } from "vitest";
import { drawMachine } from "./picture.js";

// Drawn anew by: npm run vitest -- run packages/core/test/machine/picture.test.ts --update
it("the machine's picture is drawn from the machine's table", async () => {
  await expect(drawMachine()).toMatchFileSnapshot("../../pictures/machine.svg");
});
