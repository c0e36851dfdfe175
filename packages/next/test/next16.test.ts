import { describe } from "vitest";
import { badInput } from "./built/bad-input.js";
import { browsing } from "./built/browsing.js";
import { keeping } from "./built/keeping.js";
import { refreshing } from "./built/refreshing.js";
import { refusing } from "./built/refusing.js";
import { signingIn } from "./built/signing-in.js";
import { typing } from "./built/typing.js";
import { useMainApp } from "./support/main-app.js";

describe("Next 16", { timeout: 60_000 }, () => {
  const main = useMainApp("next");
  signingIn(main);
  refreshing(main);
  refusing(main);
  badInput(main);
  keeping(main);
  browsing(main);
  typing(main);
});
