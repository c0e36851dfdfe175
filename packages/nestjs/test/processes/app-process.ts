// An app in a process of its own, as a bootstrap without a compiler writes it: decorators are functions, and there is no metadata of types.
import { Controller, Get, UseGuards } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import type { SpotifySession } from "@refrain/core";
import { Spotify, SpotifyAuthModule, SpotifyGuard } from "@refrain/nestjs";
import { sqliteStore } from "@refrain/sqlite";
import type { AddressInfo } from "node:net";

/** How the app is set up. */
export interface AppSettings {
  readonly platform: "express" | "fastify";
  readonly emulatorUrl: string;
  readonly database: string;
  readonly secret: string;
}

const { platform, emulatorUrl, database, secret } = JSON.parse(process.argv[2] ?? "") as AppSettings;

// The test moves the time.
let ahead = 0;
process.on("message", (ms: number) => {
  ahead += ms;
  process.send?.({ ahead });
});

class Me {
  me(spotify: SpotifySession): Promise<unknown> {
    return spotify.json("/v1/me");
  }
}
Controller()(Me);
UseGuards(SpotifyGuard)(Me);
Get("me")(Me.prototype, "me", { value: Me.prototype.me });
Spotify()(Me.prototype, "me", 0);

const root = SpotifyAuthModule.forRoot({
  clientId: "emulator-client",
  clientSecret: "emulator-secret",
  redirectUri: "http://127.0.0.1:3000/auth/spotify/callback",
  scopes: ["user-top-read"],
  secret,
  emulatorUrl,
  store: sqliteStore(database),
  clock: {
    now: () => Date.now() + ahead,
    elapsed: () => performance.now() + ahead,
    after(ms, callback, background = false) {
      const timer = setTimeout(callback, ms);
      if (background) timer.unref();
      return () => clearTimeout(timer);
    },
  },
});
const adapter = platform === "express" ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create({ ...root, controllers: [Me] }, adapter, { logger: ["error", "warn"] });
app.enableShutdownHooks();
await app.listen(0, "127.0.0.1");
process.send?.({ port: (app.getHttpServer().address() as AddressInfo).port });
process.once("disconnect", () => process.exit(1));
