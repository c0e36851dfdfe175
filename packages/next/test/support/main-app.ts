import { afterAll, beforeAll } from "vitest";
import { type Major, type NextApp, nextApp } from "./next-app.js";
import { setStage, type Stage } from "./stage.js";

/** The whole app of `test/app` with the proxy, built and running, for the tests of one file. */
export interface MainApp {
  app(): NextApp;
  stage(): Stage;
}

export function useMainApp(major: Major): MainApp {
  let built: NextApp | undefined;
  let set: Stage | undefined;
  beforeAll(async () => {
    const name = major === "next" ? "proxy" : "middleware";
    const config = { matcher: ["/me", "/played", "/action", "/legacy"], ...(major === "next" ? {} : { runtime: "nodejs" }) };
    built = await nextApp({
      major,
      config: { i18n: { locales: ["en", "de"], defaultLocale: "en" } },
      files: { [`${name}.ts`]: `export { guard as ${name} } from "./lib/guard";\nexport const config = ${JSON.stringify(config)};\n` },
    });
    await built.build();
    set = await setStage(built);
  }, 300_000);
  afterAll(async () => {
    await set?.close();
    await built?.remove();
  });
  return { app: () => there(built), stage: () => there(set) };
}

function there<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error("The app was not built.");
  return thing;
}
