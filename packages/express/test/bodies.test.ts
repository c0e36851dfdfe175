import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { spotifyAuth, withSpotify } from "../src/index.js";
import { script } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { send } from "client-kit/http";
import { stage } from "./support/stage.js";

describe.each(expresses)("%s: bodies", (_, express) => {
  test.each(["before", "after"])("a body parser %s spotifyAuth() makes no difference", async (order) => {
    const { browser } = await stage((auth) => {
      const app = express();
      const parsers = [express.json(), express.urlencoded({ extended: false })];
      if (order === "before") app.use(...parsers, spotifyAuth(auth));
      else app.use(spotifyAuth(auth), ...parsers);
      app.all(
        "/echo",
        withSpotify((request, response) => response.json(request.body ?? null)),
      );
      return app;
    });
    await browser.open("/echo");
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":1}' };
    expect(await browser.fetch("/echo", json)).toMatchObject({ status: 200, text: '{"a":1}' });
    const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "returnTo=%2F" };
    expect((await browser.fetch("/auth/spotify/logout", form)).status).toBeLessThan(400);
    expect(await browser.fetch("/echo", json)).toMatchObject({ status: 401 });
  });

  test("an upload streams through to the handler", async () => {
    const { browser } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.all(
        "/size",
        withSpotify(async (request, response) => {
          let size = 0;
          for await (const chunk of request as AsyncIterable<Buffer>) size += chunk.length;
          response.json(size);
        }),
      );
      return app;
    });
    await browser.open("/size");
    expect(await browser.fetch("/size", { method: "POST", body: "x".repeat(1_000_000) })).toMatchObject({ status: 200, text: "1000000" });
  });

  test("an answer leaves piece by piece as it is written", async () => {
    let goOn: () => void = () => {};
    const { browser, origin } = await stage((auth) => {
      const app = express();
      app.use(spotifyAuth(auth));
      app.get(
        "/slow",
        withSpotify(async (_request, response) => {
          response.write("one ");
          await new Promise<void>((resolve) => {
            goOn = resolve;
          });
          response.end("two");
        }),
      );
      app.get(
        "/",
        withSpotify((_request, response) => response.send("home")),
      );
      return app;
    });
    await browser.open("/");
    const outgoing = httpRequest(`${origin}/slow`, { headers: { ...script, cookie: browser.cookie() }, agent: false }).end();
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    const [first] = (await once(incoming, "data")) as [Buffer];
    expect(first.toString()).toBe("one ");
    goOn();
    const [second] = (await once(incoming, "data")) as [Buffer];
    expect(second.toString()).toBe("two");
  });

  test("our cookies are added to the app's own", async () => {
    const { origin } = await stage((auth) => {
      const app = express();
      app.use((_request, response, next) => {
        response.append("Set-Cookie", "theme=dark; Path=/");
        response.vary("Accept-Language");
        next();
      });
      app.use(spotifyAuth(auth));
      return app;
    });
    const navigation = { accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    const { headers, status } = await send(origin, "/auth/spotify/login", { headers: navigation });
    expect([302, 303]).toContain(status);
    expect(headers["set-cookie"]).toHaveLength(2);
    expect(headers["set-cookie"]?.[0]).toBe("theme=dark; Path=/");
    expect(headers["vary"]).toContain("Accept-Language");
  });
});
