import type { RefreshBehaviour } from "@refrain/emulator";
import { copyFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { expire, type Fleet, nameOf, startFleet } from "./fleet.js";

const day = 86_400_000;

/** Ends all processes, does the work on the file, and starts one again. */
async function whileStopped(fleet: Fleet, work: () => void): Promise<void> {
  for (const process of [...fleet.running]) {
    process.signal("SIGTERM");
    expect(await process.ended).toBe(0);
  }
  work();
  await fleet.start();
}

async function fleetWithBackup(refresh: RefreshBehaviour): Promise<Fleet & { readonly restore: () => Promise<void>; readonly backUp: () => Promise<void> }> {
  const fleet = await startFleet({ processes: 1, users: 2, refresh });
  onTestFinished(() => fleet.close());
  const backup = fleet.path("backup.sqlite");
  return {
    ...fleet,
    backUp: () => whileStopped(fleet, () => copyFileSync(fleet.database, backup)),
    restore: () => whileStopped(fleet, () => copyFileSync(backup, fleet.database)),
  };
}

describe("F-021 an old backup of the SQLite file is restored", () => {
  it.each<[RefreshBehaviour, number, string]>([
    ["family", 401, "reauthorization_required"],
    ["strict", 401, "reauthorization_required"],
    ["non-rotating", 200, ""],
  ])("%s: a refresh token that was spent since is asked for once and not in a loop", { timeout: 60_000 }, async (refresh, status, code) => {
    const fleet = await fleetWithBackup(refresh);
    const visitor = await fleet.signIn(nameOf(0));
    await fleet.backUp();
    expire(fleet);
    expect((await visitor.ask()).status).toBe(200);
    await fleet.restore();
    expire(fleet);
    const before = fleet.emulator.tokenCalls({ grantType: "refresh_token" });
    for (let request = 0; request < 5; request++) {
      const answer = await visitor.ask();
      expect(answer.status).toBe(status);
      expect(answer.text).toContain(code);
    }
    expect(fleet.emulator.tokenCalls({ grantType: "refresh_token" }) - before).toBe(1);
    expect(await (await fleet.signIn(nameOf(0))).ask()).toMatchObject({ status: 200 });
  });

  it("a session that has expired since stays dead, and one that was begun since is not known", { timeout: 60_000 }, async () => {
    const fleet = await fleetWithBackup("non-rotating");
    const expired = await fleet.signIn(nameOf(0));
    await fleet.backUp();
    const later = await fleet.signIn(nameOf(1));
    fleet.clock.advance(401 * day);
    await fleet.restore();
    for (const visitor of [expired, later]) {
      const answer = await visitor.ask();
      expect(answer.status).toBe(401);
      expect(answer.text).toContain("not_authenticated");
    }
    expect(fleet.emulator.tokenCalls({ grantType: "refresh_token" })).toBe(0);
  });
});
