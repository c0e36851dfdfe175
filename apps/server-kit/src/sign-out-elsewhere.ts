import { randomBytes } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createSpotifyAuth, type SpotifyAuth, type Store } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";

/** What the other process still did after a sign-out was acknowledged. */
export interface AfterSignOut {
  /** How many requests it still served, over all rounds. */
  readonly served: number;
  /** The longest that it went on serving a session, in milliseconds: from the acknowledgement to the end of the first request that was refused. */
  readonly worstMs: number;
}

/**
 * Signs users in and out in one process, and asks for their sessions in another that has just served them, from the moment the sign-out is acknowledged until it refuses.
 *
 * @param stores one to a process; two that share nothing but their server
 */
export async function signOutElsewhere([here, there]: readonly [Store, Store], rounds: number): Promise<AfterSignOut> {
  const secret = randomBytes(32).toString("base64url");
  const [one, other] = [authOn(here, secret), authOn(there, secret)];
  let served = 0;
  let worstMs = 0;
  for (let round = 0; round < rounds; round++) {
    const user = `user-${round}`;
    const cookie = await signInAs(one, { user });
    if ((await other.session({ cookie })) === null) throw new Error("The other process does not see the sign-in.");
    await one.signOut(user);
    const acknowledgedAt = performance.now();
    for (; (await other.session({ cookie })) !== null; served++) {
      // A request comes through the event loop, which also brings word of the sign-out.
      await nextTurn();
    }
    worstMs = Math.max(worstMs, performance.now() - acknowledgedAt);
  }
  await Promise.all([one.close(), other.close()]);
  return { served, worstMs };
}

function authOn(store: Store, secret: string): SpotifyAuth {
  return createSpotifyAuth({ clientId: "client", redirectUri: "http://127.0.0.1:3000/callback", secret, store });
}
