import { ApolloDriver, type ApolloDriverConfig } from "@nestjs/apollo";
import { applyDecorators, Logger, UseGuards } from "@nestjs/common";
import { GraphQLModule, Query, Resolver } from "@nestjs/graphql";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import type { SpotifySession } from "@refrain/core";
import type { Fault } from "@refrain/emulator";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Spotify, SpotifyGuard, SpotifyOptional } from "../src/index.js";
import { Recorder } from "./support/recorder.js";
import { gateways } from "./support/sockets.js";
import { stage } from "./support/stage.js";
import { Witness } from "./support/witness.js";

const hourMs = 3_600_000;
const secret = randomBytes(32).toString("base64url");
const logger = new Logger("App");

const On = (name: string): MethodDecorator =>
  applyDecorators(
    Query(() => String, { name }),
    SubscribeMessage(name),
  );

@Resolver()
@WebSocketGateway()
@UseGuards(SpotifyGuard)
class Handlers {
  @On("me")
  async me(@Spotify() spotify: SpotifySession): Promise<unknown> {
    logger.log(spotify);
    const me = JSON.stringify({ session: spotify, answer: await spotify.json("/v1/me") });
    // GraphQL wants a string, sockets an event: this is both.
    return Object.assign(new String(me), { event: "me", data: me });
  }

  @On("broken")
  async broken(@Spotify() spotify: SpotifySession): Promise<never> {
    const token = await spotify.token();
    logger.error(token);
    throw Object.assign(new Error("The app's own error."), { spotify, token });
  }

  @On("who")
  @SpotifyOptional()
  who(@Spotify() spotify: SpotifySession | null): unknown {
    const who = JSON.stringify({ spotify });
    return Object.assign(new String(who), { event: "who", data: who });
  }
}

const faults: readonly Fault[] = [
  { on: "token", kind: "status", status: 502, body: "<html>", contentType: "text/html" },
  { on: "token", kind: "false-invalid-grant" },
  { on: "api", kind: "unauthorized" },
];

let witness: Witness;
let recorder: Recorder;
beforeEach(() => {
  witness = new Witness();
  recorder = new Recorder();
  for (const value of [secret, "stage-secret"]) witness.secret(value);
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockImplementation((chunk) => (witness.see(String(chunk)), true));
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => witness.see(warning));
});
afterEach(() => vi.restoreAllMocks());

describe.each(gateways)("%s and GraphQL", { timeout: 30_000 }, (_, platform, kind) => {
  test.each(faults.map((fault) => [`${fault.on} ${fault.kind}`, fault] as const))(
    "L-007 no secret is seen in frames, answers, logs and errors, in the fault %s",
    async (_name, fault) => {
      const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        graphiql: false,
        includeStacktraceInErrorResponses: true,
      });
      const on = await stage(platform, {
        imports: [graphql],
        providers: [Handlers],
        logger: recorder,
        options: { secret, fetch: witness.fetch },
        main: (app) => app.useWebSocketAdapter(kind.adapter(app)),
      });
      await on.browser.open("/auth/spotify/login");
      const cookie = on.browser.cookie();
      witness.secret(cookie.slice(cookie.lastIndexOf(".") + 1));
      const socket = await kind.connect(on.origin, { origin: on.origin, cookie });

      const askAll = async (): Promise<void> => {
        for (const name of ["me", "who", "broken"]) {
          witness.see(await socket.ask(name));
          const headers = { cookie, "content-type": "application/json" };
          const answer = await fetch(`${on.origin}/graphql`, { method: "POST", headers, body: JSON.stringify({ query: `{ ${name} }` }) });
          witness.see([[...answer.headers], await answer.text()]);
        }
      };
      await askAll();
      if (fault.on === "token") await on.clock.advance(hourMs);
      on.emulator.fault({ ...fault, times: 2 });
      for (let round = 0; round < 2; round++) {
        await askAll();
        await on.clock.advance(60_000);
      }
      on.breakStore();
      await askAll();
      const foreign = await kind.connect(on.origin, { origin: "https://evil.example", cookie });
      foreign.say("me");
      witness.see([await foreign.hear(), await foreign.ended]);
      for (const line of recorder.lines) witness.see(line);
      expect(recorder.lines.join("\n")).toContain("The app's own error.");
      expect(witness.size.secrets).toBeGreaterThanOrEqual(6);
      expect(witness.leaks()).toEqual([]);
    },
  );
});
