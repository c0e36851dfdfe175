import { Controller, type MessageEvent, Sse, UseGuards } from "@nestjs/common";
import { get } from "node:http";
import { finalize, interval, map, type Observable } from "rxjs";
import { describe, expect, test } from "vitest";
import { SpotifyGuard } from "../src/index.js";
import { script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { stage } from "./support/stage.js";

describe.each(platforms)("an event stream, on %s", (_, platform) => {
  test.each([
    ["an EventSource", { accept: "text/event-stream" }],
    ["whoever takes anything, as fetch() does", { accept: "*/*" }],
  ])("of %s ends with its session, and whoever connects again is told so", async (_who, accepted) => {
    let listening = 0;

    @Controller()
    @UseGuards(SpotifyGuard)
    class Events {
      @Sse("events")
      events(): Observable<MessageEvent> {
        listening++;
        return interval(20).pipe(
          map((count) => ({ data: String(count) })),
          finalize(() => listening--),
        );
      }
    }

    const { browser, origin } = await stage(platform, { controllers: [Events] });
    await browser.open("/auth/spotify/login");
    const headers = { ...script, ...accepted, cookie: browser.cookie() };
    const stream = { heard: 0, ended: false };
    const sent = get(`${origin}/events`, { headers }, (answer) => {
      answer.on("data", () => stream.heard++);
      answer.on("error", () => undefined);
      answer.on("close", () => (stream.ended = true));
    });
    sent.on("error", () => undefined);
    await expect.poll(() => stream.heard).toBeGreaterThan(2);
    expect(stream.ended).toBe(false);

    expect((await browser.fetch("/auth/spotify/logout", { method: "POST" })).status).toBe(204);
    await expect.poll(() => stream.ended).toBe(true);
    await expect.poll(() => listening).toBe(0);
    expect(await send(origin, "/events", { headers })).toMatchObject({ status: 401 });
  });
});
