import { expect, test } from "vitest";
import { scopes, type Emulator } from "../src/index.js";
import { api, emulate, login } from "./app.js";

const everything = Object.keys(scopes).join(" ");

interface Playing {
  readonly is_playing: boolean;
  readonly progress_ms: number;
  readonly item: { readonly name: string; readonly duration_ms: number };
  readonly actions: { readonly disallows: object };
}

interface Remote {
  now(): Promise<Playing>;
  press(button: string): Promise<number>;
}

function remote(emulator: Emulator, access: string): Remote {
  return {
    now: async () => (await (await api(emulator, "/v1/me/player/currently-playing", access)).json()) as Playing,
    async press(button) {
      const method = button === "pause" || button === "play" ? "PUT" : "POST";
      return (await api(emulator, `/v1/me/player/${button}`, access, { method })).status;
    },
  };
}

async function listening(user = "mira"): Promise<Remote & { readonly emulator: Emulator; readonly access: string }> {
  const emulator = await emulate();
  const { access } = await login(emulator, user, everything);
  return { emulator, access, ...remote(emulator, access) };
}

test("what plays moves on with the clock, and the next track of the queue begins when one ends", async () => {
  const { emulator, access, now } = await listening();
  const before = await now();
  emulator.advance(1000);
  expect((await now()).progress_ms).toBe((before.progress_ms + 1000) % before.item.duration_ms);
  const { queue } = (await (await api(emulator, "/v1/me/player/queue", access)).json()) as { queue: { name: string }[] };
  const current = await now();
  emulator.advance(current.item.duration_ms - current.progress_ms);
  expect(await now()).toMatchObject({ progress_ms: 0, is_playing: true, item: { name: queue[0]?.name } });
});

test("pause stops the music where it is, and play goes on from there", async () => {
  const { emulator, now, press } = await listening();
  const before = await now();
  expect(before.actions.disallows).toEqual({ resuming: true });
  expect(await press("pause")).toBe(204);
  emulator.advance(50_000);
  await press("pause");
  emulator.advance(50_000);
  expect(await now()).toMatchObject({ is_playing: false, progress_ms: before.progress_ms, item: before.item, actions: { disallows: { pausing: true } } });
  expect([await press("play"), await press("play")]).toEqual([204, 204]);
  emulator.advance(7);
  expect(await now()).toMatchObject({ is_playing: true, progress_ms: before.progress_ms + 7 });
});

test("next and previous go to the beginning of a track, and play it even after a pause", async () => {
  const { emulator, access, now, press } = await listening();
  const first = (await now()).item.name;
  const { queue } = (await (await api(emulator, "/v1/me/player/queue", access)).json()) as { queue: { name: string }[] };
  await press("pause");
  emulator.advance(12_345);
  expect(await press("next")).toBe(204);
  expect(await now()).toMatchObject({ is_playing: true, progress_ms: 0, item: { name: queue[0]?.name } });
  emulator.advance(5000);
  expect(await press("previous")).toBe(204);
  expect(await now()).toMatchObject({ is_playing: true, progress_ms: 0, item: { name: first } });
  const names = new Set<string>();
  for (let skipped = 0; skipped < 9; skipped++) {
    await press("next");
    names.add((await now()).item.name);
  }
  expect([names.size, (await now()).item.name]).toEqual([9, first]);
  for (let skipped = 0; skipped < 10; skipped++) await press("previous");
  expect((await now()).progress_ms).toBe(0);
});

test("/v1/me/player says the same, with the device", async () => {
  const { emulator, access, now, press } = await listening();
  await press("pause");
  const state = (await (await api(emulator, "/v1/me/player", access)).json()) as object;
  expect(state).toMatchObject({ ...(await now()), device: { name: "Kitchen" } });
});

test("one user's buttons move nobody else's music, and reset() forgets them", async () => {
  const emulator = await emulate({
    users: ["mira", "teo"].map((id) => ({ id, accountId: `acc-${id}`, name: id, premium: true })),
  });
  const [mira, teo] = [
    remote(emulator, (await login(emulator, "mira", everything)).access),
    remote(emulator, (await login(emulator, "teo", everything)).access),
  ];
  const before = await teo.now();
  await mira.press("next");
  expect(await teo.now()).toEqual(before);
  emulator.reset();
  expect(await remote(emulator, (await login(emulator, "mira", everything)).access).now()).toEqual(before);
});

test("without Premium the buttons do nothing", async () => {
  const { now, press } = await listening("teo");
  const before = await now();
  expect([await press("pause"), await press("play"), await press("next"), await press("previous")]).toEqual([403, 403, 403, 403]);
  expect(await now()).toEqual(before);
});

test.each(["pause", "play", "next", "previous"])("%s without a device that is on is refused with a reason", async (button) => {
  const { emulator, access } = await listening("anouk");
  const method = button === "pause" || button === "play" ? "PUT" : "POST";
  const response = await api(emulator, `/v1/me/player/${button}`, access, { method });
  expect([response.status, await response.json()]).toEqual([
    404,
    { error: { status: 404, message: "Player command failed: No active device found", reason: "NO_ACTIVE_DEVICE" } },
  ]);
});

test.each(["PUT seek?position_ms=1", "PUT repeat?state=off", "PUT volume?volume_percent=5", "PUT shuffle?state=true", "POST queue?uri=spotify:track:1"])(
  "%s without a device that is on is refused, and with one obeyed",
  async (command) => {
    const [method = "", path = ""] = command.split(" ");
    const [silent, loud] = [await listening("anouk"), await listening("mira")];
    const refused = await api(silent.emulator, `/v1/me/player/${path}`, silent.access, { method });
    expect([refused.status, await refused.json()]).toMatchObject([404, { error: { reason: "NO_ACTIVE_DEVICE" } }]);
    expect((await api(loud.emulator, `/v1/me/player/${path}`, loud.access, { method })).status).toBe(204);
  },
);
