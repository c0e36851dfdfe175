import { type ArgumentsHost, UseGuards } from "@nestjs/common";
import { ExternalContextCreator } from "@nestjs/core";
import { ConfigurationError, NotAuthenticated } from "@refrain/core";
import { firstValueFrom, isObservable } from "rxjs";
import { expect, test } from "vitest";
import { SpotifyExceptionFilter, SpotifyGuard, SpotifyPublic } from "../src/index.js";
import { platforms } from "./support/platforms.js";
import { stage, type Stage } from "./support/stage.js";

class Jobs {
  @UseGuards(SpotifyGuard)
  guarded(): string {
    return "done";
  }

  @UseGuards(SpotifyGuard)
  @SpotifyPublic()
  open(): string {
    return "done";
  }
}

async function set(): Promise<Stage> {
  const [, platform] = platforms[0] ?? [];
  if (platform === undefined) throw new Error("No platform.");
  return stage(platform, { providers: [Jobs] });
}

/** Runs a handler as Nest's other transports do: microservices, queues, bots. */
async function run({ app }: Stage, type: string, name: keyof Jobs): Promise<unknown> {
  const jobs = app.get(Jobs);
  const creator = app.get(ExternalContextCreator);
  return creator.create(
    jobs,
    jobs[name],
    name,
    undefined,
    undefined,
    undefined,
    undefined,
    { guards: true, filters: type !== "rpc", interceptors: false },
    type,
  )({});
}

test.each(["rpc", "necord", "telegraf"])("where nobody signs in (%s), the guard refuses and says what there is instead", async (type) => {
  const on = await set();
  const refused = await run(on, type, "guarded").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConfigurationError);
  expect((refused as ConfigurationError).problems).toEqual([
    `SpotifyGuard does not know who asks in a context of the type "${type}": it guards http, graphql and ws. Elsewhere use SpotifyAuthService.forUser().`,
  ]);
  expect(await run(on, type, "open")).toBe("done");
});

test("errors go there as they are", async () => {
  const { app } = await set();
  const error = new NotAuthenticated("/login");
  const told = app.get(SpotifyExceptionFilter).catch(error, { getType: () => "rpc" } as ArgumentsHost);
  if (!isObservable(told)) throw new Error("No observable.");
  await expect(firstValueFrom(told)).rejects.toBe(error);
});
