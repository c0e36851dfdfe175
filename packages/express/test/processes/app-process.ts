import { createSpotifyAuth, type Timings } from "@refrain/core";
import express from "express";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { spotifyAuth, spotifyErrors, withSpotify } from "../../src/index.js";
import { openJournal } from "./journal.js";
import { openProcessStore } from "./process-store.js";
import { followingClock } from "./shared-clock.js";
import { createTraps, type Trap } from "./traps.js";

/** How the app of one process is set up. */
export interface AppSettings {
  readonly number: number;
  readonly origin: string;
  readonly emulatorUrl: string;
  /** A path, or the address of a server: see {@link openProcessStore}. */
  readonly database: string;
  readonly clock: string;
  readonly journal: string;
  readonly secrets: readonly string[];
  readonly timings: Partial<Timings>;
  readonly waitMs: number;
  /** `false`: the library sees the store and `fetch` as they are. */
  readonly trapped: boolean;
}

/** What the app is told, and what it answers to each. */
export interface AppMessages {
  readonly trap: { readonly told: Trap; readonly answer: null };
  /** Lets go what a trap holds. */
  readonly release: { readonly told: null; readonly answer: null };
  /** Bytes after a full collection, and what keeps the event loop busy. */
  readonly measure: { readonly told: null; readonly answer: { readonly heap: number; readonly resident: number; readonly resources: number } };
}

const settings = JSON.parse(process.argv[2] ?? "") as AppSettings;
const { number, origin, emulatorUrl, secrets, timings, waitMs } = settings;
const clock = followingClock(settings.clock);
const traps = createTraps({ number, journal: openJournal(settings.journal, clock.now), clock });
const { store, end } = await openProcessStore(settings.database, number);
const auth = createSpotifyAuth({
  clientId: "emulator-client",
  clientSecret: "emulator-secret",
  redirectUri: `${origin}/auth/spotify/callback`,
  scopes: ["user-top-read"],
  secret: secrets,
  emulatorUrl,
  clock,
  timings,
  waitMs,
  // Long, so that no step of these requests is a note that a session was seen.
  session: { absoluteMs: 400 * 86_400_000, idleMs: 400 * 86_400_000 },
  ...(settings.trapped ? { store: traps.store(store), fetch: traps.fetch } : { store }),
});

const app = express();
app.use((request, _response, next) => traps.follow(String(request.headers["x-visitor"]), next));
app.use(spotifyAuth(auth));
app.get(
  "/me",
  withSpotify(async (request, response) => response.json(await request.spotify.json("/v1/me"))),
);
app.use(spotifyErrors());
const server = app.listen(0, "127.0.0.1");
// A connection that ends just when the proxy uses it again would cost a request.
server.keepAliveTimeout = 0;
await once(server, "listening");

const answers: { readonly [Name in keyof AppMessages]: (told: AppMessages[Name]["told"]) => AppMessages[Name]["answer"] } = {
  trap(trap) {
    traps.lay(trap);
    return null;
  },
  release() {
    traps.release();
    return null;
  },
  measure() {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed, resident: rss, resources: process.getActiveResourcesInfo().filter((resource) => resource !== "Timeout").length };
  },
};
process.on("message", ({ name, told }: { name: keyof AppMessages; told: never }) => void process.send?.({ name, answer: answers[name](told) }));

// As an app should end: take nothing new, finish what is on its way, store it. Then nothing is left to keep the process alive.
process.once("SIGTERM", () => {
  // A connection that falls idle would be kept for five seconds more.
  const idle = setInterval(() => server.closeIdleConnections(), 10);
  server.close(() => {
    clearInterval(idle);
    void auth.close().then(async () => {
      await end();
      process.off("disconnect", abandon);
      process.disconnect();
    });
  });
});
const abandon = (): void => process.exit(1);
process.once("disconnect", abandon);
process.send?.({ name: "listening", answer: (server.address() as AddressInfo).port });
