import { startEmulator, type Emulator } from "@refrain/emulator";
import { expect, it, onTestFinished, vi } from "vitest";
import { createSpotifyAuth, memoryStore, type SignInRefusal, type SpotifyAuth, type SpotifyAuthOptions } from "../../src/index.js";
import { NAVIGATION, said } from "./world.js";

const redirectUri = "http://127.0.0.1:3000/auth/spotify/callback";
const client = { clientId: "client", clientSecret: "client-secret" };

/** An app whose users link Spotify to their accounts, before a local Spotify. */
async function open(options: Pick<SpotifyAuthOptions, "subject" | "onSignIn">): Promise<{ auth: SpotifyAuth; emulator: Emulator }> {
  const emulator = await startEmulator({ clients: [{ ...client, redirectUris: [redirectUri] }] });
  const secret = "q6NcTzvVhzJw0Zp3bXwHkR8sLmYd5uEfGa1oI9tQx2U";
  const auth = createSpotifyAuth({ ...client, redirectUri, secret, emulatorUrl: emulator.origin, store: memoryStore(), ...options });
  onTestFinished(async () => {
    await auth.close();
    await emulator.close();
  });
  return { auth, emulator };
}

/** Goes to Spotify as this user of the app, says yes or no there as Mira, and comes back. */
async function signIn({ auth, emulator }: { auth: SpotifyAuth; emulator: Emulator }, subject: string | undefined, deny = false): Promise<Response> {
  const visit = async (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    (await auth.handle(new Request(url, { headers: { ...NAVIGATION, ...headers } }), { subject })) ?? new Response(null, { status: 404 });
  const begun = await visit("http://127.0.0.1:3000/auth/spotify/login");
  const cookie = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const back = await emulator.approve(begun.headers.get("location") ?? "", { user: "mira", deny });
  return visit(back.href, { cookie });
}

const linked = { subject: () => "robin" };

it("tells the app whose account Spotify was linked to, and nobody's where Spotify is the login", async () => {
  const asked = vi.fn<NonNullable<SpotifyAuthOptions["onSignIn"]>>();
  expect(await signIn(await open({ ...linked, onSignIn: asked }), "robin")).toMatchObject({ status: 303 });
  expect(await signIn(await open({ onSignIn: asked }), undefined)).toMatchObject({ status: 303 });
  expect(asked.mock.calls.map(([user, , { subject }]) => [user.spotifyId, subject])).toEqual([
    ["mira", "robin"],
    ["mira", null],
  ]);
});

const refusal: SignInRefusal = { title: "Somebody else has it", advice: "Take another one." };

it("a refusal where Spotify is linked says that nothing was linked, keeps nothing, and does not say that the user is signed out", async () => {
  const world = await open({ ...linked, onSignIn: () => refusal });
  const page = await signIn(world, "robin");
  expect(page.status).toBe(403);
  expect(await said(page)).toContain("Nothing was linked. You are still signed in to this app.");
  expect(await said(page)).not.toContain("You are not signed in");
  expect(await world.auth.session({ subject: "robin" })).toBeNull();
});

it("a refusal where Spotify is the login says that the user is not signed in", async () => {
  const page = await signIn(await open({ onSignIn: () => refusal }), undefined);
  expect(await said(page)).toContain("You are not signed in.");
});

it("a user who says no at Spotify is told the same", async () => {
  const page = await signIn(await open(linked), "robin", true);
  expect(page.status).toBe(400);
  expect(await said(page)).toContain("Nothing was linked. You are still signed in to this app.");
});

it("what it throws keeps nothing of a first link, and all of one that it accepted before", async () => {
  let trouble = true;
  const world = await open({
    ...linked,
    onSignIn() {
      if (trouble) throw new Error("the app's database is busy");
    },
  });
  await expect(signIn(world, "robin")).rejects.toThrow("busy");
  expect(await world.auth.session({ subject: "robin" })).toBeNull();
  trouble = false;
  await signIn(world, "robin");
  trouble = true;
  await expect(signIn(world, "robin")).rejects.toThrow("busy");
  expect(await world.auth.session({ subject: "robin" })).toMatchObject({ user: { spotifyId: "mira" }, phase: "active" });
});
