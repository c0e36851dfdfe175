import { expect, it } from "vitest";
import { createSpotifyAuth } from "../../src/create-spotify-auth.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { manualClock } from "../../src/testing/manual-clock.js";
import { signInAs } from "../../src/testing/sign-in-as.js";
import { secret } from "./world.js";

const users = 10_000;
const most = 50;

it(
  `F-027 ${users} users whose tokens expired at the same moment come at once: one call each, ${most} in flight at most, no 429`,
  { timeout: 60_000 },
  async () => {
    const clock = manualClock({ flows: true });
    let inFlight = 0;
    let [busiest, calls, refused] = [0, 0, 0];
    /** A Spotify that refuses whoever sends more than is allowed at once. */
    const spotify: typeof fetch = async () => {
      const call = ++calls;
      busiest = Math.max(busiest, ++inFlight);
      const tooMany = inFlight > most;
      if (tooMany) refused += 1;
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return tooMany ? new Response("", { status: 429 }) : Response.json({ access_token: `BQ-${call}`, token_type: "Bearer", expires_in: 3600 });
    };
    const auth = createSpotifyAuth({
      clientId: "client",
      redirectUri: "http://127.0.0.1:3000/auth/spotify/callback",
      secret,
      store: memoryStore({ clock }),
      clock,
      fetch: spotify,
      maxRefreshes: most,
      waitMs: 60_000,
    });
    const names = Array.from({ length: users }, (_, index) => `user-${index}`);
    await Promise.all(names.map((user) => signInAs(auth, { user, lifetimeMs: 0 })));
    const tokens = await Promise.all(names.map((user) => auth.forUser(user).token()));
    expect(new Set(tokens.map((token) => token.reveal())).size).toBe(users);
    expect({ calls, refused }).toEqual({ calls: users, refused: 0 });
    expect(busiest).toBe(most);
    await auth.close();
  },
);
