import { expect, it } from "vitest";
import { inFastTime, openWorld, until } from "./world.js";

it("F-018 signOut while 100 requests of four processes wait for one refresh: whoever asks from then on hears 401 at once, and so do the 100", async () => {
  let open = (): void => undefined;
  const held = new Promise<void>((resolve) => (open = resolve));
  const world = await openWorld({ refresh: "family", processes: 4 });
  const { key, cookie, sessionId } = await world.signIn();
  await world.expire();
  world.emulator.fault({ on: "token", grantType: "refresh_token", kind: "held", until: held, times: 1 });
  const code = (error: { readonly code: string }): string => error.code;
  const ask = (): readonly Promise<string>[] =>
    world.processes.flatMap(({ engine }) => Array.from({ length: 25 }, () => engine.usable(key, { minValidMs: 0, sessionId }).then(() => "served", code)));
  const waiting = ask();
  await until(() => world.refreshes() === 1, "the refresh");

  await world.engine.change(key, { type: "closed", id: "close-1", reason: "signOut", keep: null, now: world.clock.now() });
  expect(await Promise.all(world.processes.map(async ({ engine }) => engine.authenticate(cookie)))).toEqual([null, null, null, null]);
  expect(new Set(await Promise.all(ask()))).toEqual(new Set(["not_authenticated"]));
  open();
  expect(new Set(await inFastTime(world.clock, Promise.all(waiting)))).toEqual(new Set(["not_authenticated"]));
  // Until the late answer is dealt with: there is nothing left that it could have refreshed.
  for (const { engine } of world.processes) await engine.close();
  for (const { heard } of world.processes) expect(heard.refreshed).toBeUndefined();
  expect(await world.engine.read(key)).toMatchObject({ reason: "signOut" });
});
