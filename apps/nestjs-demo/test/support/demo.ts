import type { INestApplication } from "@nestjs/common";
import { SchedulerRegistry } from "@nestjs/schedule";
import type { EmulatorOptions } from "@refrain/emulator";
import type { DemoOptions } from "demo-kit/start-demo";
import { startTestDemo, type TestDemo } from "demo-kit/test-demo";
import { nestMode } from "../../src/nest-mode.js";
import type { PlatformName } from "../../src/platforms.js";

/** A demo on a random port before a local Spotify, until the test ends. Its job runs when it is told to, and not when the machine's clock comes to a full minute. */
export interface NestDemo extends TestDemo {
  readonly app: INestApplication;
  /** Runs the job as its schedule does, and waits for it. */
  tick(): Promise<void>;
}

export async function testDemo(
  platform: PlatformName,
  emulate: EmulatorOptions = { autoConsent: "mira" },
  options: Omit<Partial<DemoOptions>, "ports" | "spotify" | "mode"> = {},
): Promise<NestDemo> {
  let app: INestApplication | undefined;
  const demo = await startTestDemo(
    async (stage) => {
      const play = await nestMode(platform)(stage);
      app = play.app;
      return play;
    },
    emulate,
    options,
  );
  if (app === undefined) throw new Error("No app was made.");
  const job = app.get(SchedulerRegistry).getCronJob("away");
  if (!job.isActive) throw new Error("The job is not scheduled.");
  await job.stop();
  return { ...demo, app, tick: () => Promise.resolve(job.fireOnTick()) };
}

/** For `describe.each`. */
export const platforms = ["express", "fastify"] as const;
