import { expect, it } from "vitest";
import {
  createSpotifyAuth,
  memoryStore,
  requireSession,
  type SpotifyAuth,
  type SpotifyAuthOptions,
  type SpotifySession,
  sessionIsReady,
} from "../../src/index.js";
import { type ManualClock, manualClock } from "../../src/testing/manual-clock.js";
import { signInAs } from "../../src/testing/sign-in-as.js";
import { secret } from "../grants/world.js";

interface SignedIn {
  readonly auth: SpotifyAuth;
  readonly clock: ManualClock;
  readonly session: SpotifySession;
  /** The session as a later request sees it. */
  again(): Promise<SpotifySession>;
}

async function signedIn(more: SpotifyAuthOptions = {}): Promise<SignedIn> {
  const clock = manualClock();
  const auth = createSpotifyAuth({
    clientId: "client",
    clientSecret: "client-secret",
    redirectUri: "http://127.0.0.1:3000/callback",
    secret,
    store: memoryStore({ clock }),
    clock,
    fetch: async () => Promise.reject(new TypeError("No network.")),
    ...more,
  });
  const cookie = await signInAs(auth, { user: "mira", scopes: ["user-top-read"] });
  const again = async (): Promise<SpotifySession> => {
    const found = await auth.session({ cookie });
    if (found === null) throw new Error("nobody is signed in");
    return found;
  };
  return { auth, clock, again, session: await again() };
}

it("a session that was just seen is ready, for the scopes that were granted", async () => {
  const { session, again } = await signedIn();
  expect(sessionIsReady(session)).toBe(true);
  expect(sessionIsReady(await again(), { scopes: ["user-top-read"] })).toBe(true);
  expect(sessionIsReady(session, { scopes: ["user-top-read", "streaming"] })).toBe(false);
});

it("is not when the user was signed out since: the guard says so within the same request", async () => {
  const { auth, session } = await signedIn();
  await auth.signOut("mira");
  expect(sessionIsReady(session)).toBe(false);
  await expect(requireSession(auth, session)).rejects.toMatchObject({ code: "not_authenticated" });
});

it("is not when it was seen a second ago, as by a socket that stays", async () => {
  const { clock, session, again } = await signedIn();
  await clock.advance(1_001);
  expect(sessionIsReady(session)).toBe(false);
  expect(sessionIsReady(await again())).toBe(true);
});

it("is not when it has ended since", async () => {
  const { auth, clock, again } = await signedIn({ session: { absoluteMs: 60_000, idleMs: 60_000 } });
  await clock.advance(59_900);
  const session = await again();
  expect(sessionIsReady(session)).toBe(true);
  await clock.advance(200);
  expect(sessionIsReady(session)).toBe(false);
  await expect(requireSession(auth, session)).rejects.toMatchObject({ code: "not_authenticated" });
});

it("is not when its token has aged: a refresh is due", async () => {
  const { clock, again } = await signedIn();
  await clock.advance(58 * 60_000);
  expect(sessionIsReady(await again())).toBe(false);
});

it("is not in the last thirty days of the consent, when a renewal may be due", async () => {
  const { clock, auth, again } = await signedIn({ session: { absoluteMs: 400 * 86_400_000, idleMs: 400 * 86_400_000 } });
  const { reauthorizeBy } = await again();
  await clock.advance(reauthorizeBy - clock.now() - 30 * 86_400_000 - 1);
  await auth.close();
  const late = await again();
  expect(late.renewUrl).toBeNull();
  await clock.advance(1);
  expect(late.renewUrl).not.toBeNull();
  expect(sessionIsReady(await again())).toBe(false);
});

it("is not when it is no session of this installation", () => {
  expect(sessionIsReady({} as SpotifySession)).toBe(false);
});
