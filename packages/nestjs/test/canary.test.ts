import { type CallHandler, Controller, type ExecutionContext, Get, Logger, type NestInterceptor, UseGuards, UseInterceptors } from "@nestjs/common";
import { ModulesContainer, NestFactory, SerializedGraph } from "@nestjs/core";
import type { SpotifySession } from "@refrain/core";
import type { Fault } from "@refrain/emulator";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Spotify, SpotifyAuthModule, SpotifyAuthService, SpotifyExceptionFilter, SpotifyGuard, SpotifyOptional } from "../src/index.js";
import { navigation } from "client-kit/browser";
import type { Answer, Sent } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { Recorder } from "./support/recorder.js";
import { type Stage, stage } from "./support/stage.js";
import { Witness } from "./support/witness.js";

const hourMs = 3_600_000;
const secret = randomBytes(32).toString("base64url");
const logger = new Logger("App");

/** As apps log what their handlers get and what their errors are. */
class Logs implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler["handle"]> {
    logger.log(`${context.getClass().name}.${context.getHandler().name}`);
    return next.handle();
  }
}

@Controller()
@UseGuards(SpotifyGuard)
@UseInterceptors(Logs)
class Pages {
  @Get("me")
  async me(@Spotify() spotify: SpotifySession): Promise<unknown> {
    logger.log(spotify);
    return { session: spotify, answer: await spotify.json("/v1/me") };
  }

  @Get("broken")
  async broken(@Spotify() spotify: SpotifySession): Promise<never> {
    const token = await spotify.token();
    logger.error(token);
    throw Object.assign(new Error("The app's own error."), { spotify, token });
  }

  @Get("who")
  @SpotifyOptional()
  who(@Spotify() spotify: SpotifySession | null): object {
    return { spotify };
  }
}

const faults: readonly Fault[] = [
  { on: "token", kind: "status", status: 502, body: "<html>", contentType: "text/html" },
  { on: "token", kind: "rate-limit", retryAfter: 2 },
  { on: "token", kind: "reset" },
  { on: "token", kind: "truncated" },
  { on: "token", kind: "invalid-client" },
  { on: "token", kind: "false-invalid-grant" },
  { on: "api", kind: "unauthorized" },
  { on: "api", kind: "not-allowlisted" },
  { on: "api", kind: "status", status: 500 },
  { on: "api", kind: "reset" },
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

describe.each(platforms)("%s: L-007 no secret is seen in logs, errors and answers", { timeout: 30_000 }, (_, platform) => {
  const set = (): Promise<Stage> => stage(platform, { controllers: [Pages], logger: recorder, options: { secret, fetch: witness.fetch } });

  /** Follows redirects by hand: what the browser is sent is secret, what pages and scripts show is not. */
  async function visit({ browser, origin }: Stage, path: string, sent: Sent = {}): Promise<Answer> {
    const answer = await browser.fetch(path, sent);
    for (const value of browser.cookies.values()) witness.secret(value.slice(value.lastIndexOf(".") + 1));
    const { location, "set-cookie": _cookies, ...headers } = answer.headers;
    witness.see({ status: answer.status, headers, text: answer.text });
    if (location === undefined) return answer;
    const url = new URL(location, origin);
    for (const name of ["state", "code", "code_challenge"]) witness.secret(url.searchParams.get(name));
    if (url.origin === origin) return visit({ browser, origin } as Stage, url.pathname + url.search, sent);
    const back = new URL((await fetch(url, { redirect: "manual" })).headers.get("location") ?? "");
    witness.secret(back.searchParams.get("code"));
    return visit({ browser, origin } as Stage, back.pathname + back.search, sent);
  }

  function verdict(): void {
    for (const line of recorder.lines) witness.see(line);
    expect(recorder.lines.length).toBeGreaterThan(0);
    expect(witness.size.secrets).toBeGreaterThanOrEqual(9);
    expect(witness.leaks()).toEqual([]);
  }

  test("in sign-in, calls, expiry, an app's own error and sign-out", async () => {
    const on = await set();
    expect((await visit(on, "/me", { headers: navigation })).text).toContain("Mira Sandoval");
    for (let round = 0; round < 2; round++) {
      for (const path of ["/me", "/who", "/broken", "/auth/spotify/session"]) await visit(on, path);
      await on.clock.advance(hourMs);
    }
    expect(recorder.lines.join("\n")).toContain("The app's own error.");
    await visit(on, "/auth/spotify/logout", { method: "POST" });
    await visit(on, "/me");
    verdict();
  });

  test.each(faults.map((fault) => [`${fault.on} ${fault.kind}`, fault] as const))("in the fault %s", async (_name, fault) => {
    const on = await set();
    await visit(on, "/me", { headers: navigation });
    if (fault.on === "token") await on.clock.advance(hourMs);
    on.emulator.fault({ ...fault, times: 2 });
    for (let round = 0; round < 3; round++) {
      for (const path of ["/me", "/broken"]) await visit(on, path);
      await on.clock.advance(60_000);
    }
    verdict();
  });

  test("while the store is down, and in callbacks that are forged or denied", async () => {
    const on = await set();
    await visit(on, "/me", { headers: navigation });
    for (const query of ["code=a&state=b", "error=access_denied&state=x", ""]) await visit(on, `/auth/spotify/callback?${query}`, { headers: navigation });
    on.breakStore();
    for (const path of ["/me", "/who", "/broken"]) for (const headers of [navigation, {}]) await visit(on, path, { headers });
    verdict();
  });

  test("in what Nest holds and shows of an app", async () => {
    const on = await set();
    await visit(on, "/me", { headers: navigation });
    for (const provider of [SpotifyAuthService, SpotifyGuard, SpotifyExceptionFilter, SpotifyAuthModule]) witness.see(on.app.get<object>(provider));
    witness.see(on.app.get(SerializedGraph).toString());
    const module = [...on.app.get(ModulesContainer).values()].find(({ metatype }) => metatype === SpotifyAuthModule);
    expect(module).toBeDefined();
    witness.see([...(module?.providers.keys() ?? [])]);
    await visit(on, "/broken");
    verdict();
  });
});

test("the witness would see one", () => {
  const value = randomBytes(32).toString("base64url");
  for (const shown of [value, Buffer.from(value).toString("hex"), { deep: { in: [value.slice(5, 20)] } }, new Error(`for ${value}`)]) {
    const watching = new Witness();
    watching.secret(value);
    watching.see(shown);
    expect(watching.leaks()).toEqual([value]);
  }
});

test("L-007 options that are refused are not shown", async () => {
  const wrong = { clientSecret: "canary client secret with spaces", secret: "canary-short-secret", redirectUri: "http://user:canary-password@localhost/cb" };
  for (const value of [...Object.values(wrong), "canary-password"]) witness.secret(value);
  const started = NestFactory.createApplicationContext(SpotifyAuthModule.forRoot({ clientId: "id", ...wrong }), { logger: recorder, abortOnError: false });
  await started.then(
    () => expect.unreachable("It started."),
    (error: unknown) => witness.see(error),
  );
  for (const line of recorder.lines) witness.see(line);
  expect(recorder.lines.length).toBeGreaterThan(0);
  expect(witness.leaks()).toEqual([]);
});
