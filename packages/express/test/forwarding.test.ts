import { describe, expect, test } from "vitest";
import { spotifyAuth, withSpotify } from "../src/index.js";
import { navigation } from "client-kit/browser";
import { expresses } from "./support/expresses.js";
import { send } from "client-kit/http";
import { stage } from "./support/stage.js";

const forged = {
  host: "evil.example",
  forwarded: "for=1.2.3.4;host=evil.example;proto=https",
  "x-forwarded-for": "1.2.3.4",
  "x-forwarded-host": "evil.example",
  "x-forwarded-proto": "https",
  "x-forwarded-port": "444",
  "x-forwarded-prefix": "/evil",
  "x-original-url": "/evil",
  "x-rewrite-url": "/evil",
  "x-forwarded-uri": "/evil",
  x_forwarded_host: "evil.example",
} as const;

describe.each(expresses)("%s: forged Host and forwarded headers", (_, express) => {
  test.each([true, false])("change nothing, with trust proxy %s", async (trusted) => {
    const { origin } = await stage((auth) => {
      const app = express();
      app.set("trust proxy", trusted);
      app.use(spotifyAuth(auth));
      app.get(
        "/me",
        withSpotify((_request, response) => response.send("me")),
      );
      return app;
    });
    for (const path of ["/me?a=1", "/auth/spotify/login?returnTo=/me", "/auth/spotify/callback?code=x&state=y", "/auth/spotify/session"]) {
      const honest = await send(origin, path, { headers: navigation });
      const lied = await send(origin, path, { headers: { ...navigation, ...forged } });
      expect(lied.status).toBe(honest.status);
      expect(withoutState(lied.headers.location)).toBe(withoutState(honest.headers.location));
      expect(cookieNames(lied.headers["set-cookie"])).toEqual(cookieNames(honest.headers["set-cookie"]));
      expect(JSON.stringify(lied.headers) + lied.text).not.toContain("evil");
    }
  });
});

function withoutState(location = ""): string {
  return location.replaceAll(/(state|code_challenge)=[^&]*/g, "$1=…");
}

function cookieNames(lines: readonly string[] = []): readonly string[] {
  return lines.map((line) => line.replace(/=[^;]*/, "=…"));
}
