import { createSpotifyAuth, memoryStore, type Store } from "@refrain/core";
import { spotifyAuth, spotifyErrors, withSpotify } from "@refrain/express";
import { redisStore } from "@refrain/redis";
import { sqliteStore } from "@refrain/sqlite";
import express, { type Express } from "express";
import { join } from "node:path";
import { createClient } from "redis";
import { page } from "../answers.js";
import { client, type Peer, scopes, secret, type Setting } from "./peer.js";

/** Written as the README of `@refrain/express` says, as the one on SQLite below. */
export const refrainInMemory: Peer = {
  name: "Refrain, memory",
  packages: [],
  oneProcess: "memory is of one process",
  build: (setting) => build(setting, memoryStore()),
};

export const refrainOnSqlite: Peer = {
  name: "Refrain, SQLite",
  packages: [],
  oneProcess: null,
  build: (setting) => build(setting, sqliteStore(join(setting.folder, "grants.sqlite"))),
};

export const refrainOnRedis: Peer = {
  name: "Refrain, Redis",
  packages: [],
  oneProcess: null,
  onRedis: true,
  async build(setting) {
    const redis = createClient({ url: `${setting.redis}` });
    await redis.connect();
    return build(setting, redisStore(redis));
  },
};

async function build({ origin, spotify }: Setting, store: Store): Promise<Express> {
  const auth = createSpotifyAuth({
    clientId: client.id,
    clientSecret: client.secret,
    redirectUri: `${origin}/auth/spotify/callback`,
    scopes,
    secret,
    store,
    emulatorUrl: spotify,
    allowEmulator: true,
  });
  const app = express();
  app.use(spotifyAuth(auth));
  app.get("/login", (_request, response) => response.redirect("/auth/spotify/login"));
  app.get(
    "/me",
    withSpotify(async (request, response) => {
      await request.spotify.token();
      response.json(page("mira"));
    }),
  );
  app.get(
    "/profile",
    withSpotify(async (request, response) => void response.json(await request.spotify.json("/v1/me"))),
  );
  app.use(spotifyErrors());
  return app;
}
