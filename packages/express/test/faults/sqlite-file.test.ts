import { createSpotifyAuth, type SpotifyAuth } from "@refrain/core";
import { manualClock, type ManualClock, signInAs } from "@refrain/core/testing";
import { sqliteStore } from "@refrain/sqlite";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { secret } from "../processes/fleet.js";

/** An app's auth on this file, with somebody whose token lives and somebody whose token is dead. */
async function open(at: string | DatabaseSync): Promise<{ auth: SpotifyAuth; clock: ManualClock; cookie: string; calls: () => number }> {
  const clock = manualClock({ flows: true });
  let calls = 0;
  const spotify: typeof fetch = async () => {
    calls += 1;
    return Response.json({ access_token: `BQ-${calls}`, token_type: "Bearer", expires_in: 3600 });
  };
  const auth = createSpotifyAuth({
    clientId: "client",
    redirectUri: "http://127.0.0.1:3000/auth/spotify/callback",
    secret,
    clock,
    fetch: spotify,
    store: sqliteStore(at),
    // What is tried again and again is given up sooner here.
    waitMs: 300,
  });
  onTestFinished(() => void auth.close().catch(() => undefined));
  const cookie = await signInAs(auth, { user: "living" });
  await signInAs(auth, { user: "dead", lifetimeMs: 0 });
  return { auth, clock, cookie, calls: () => calls };
}

/** While the file takes no write: nothing is sent to Spotify, nobody is signed out, and what cannot be done says so. */
async function holdsStill({ auth, cookie, calls }: Awaited<ReturnType<typeof open>>, reads: boolean): Promise<void> {
  const unavailable = { code: "temporarily_unavailable", status: 503, reason: "store" };
  await expect(auth.forUser("dead").token()).rejects.toMatchObject({ code: "temporarily_unavailable", status: 503 });
  expect(calls()).toBe(0);
  if (reads) {
    expect((await auth.session({ cookie }))?.user.id).toBe("living");
    expect((await auth.forUser("living").token()).reveal()).toMatch(/^access-/);
  } else await expect(auth.session({ cookie })).rejects.toMatchObject(unavailable);
  await expect(signInAs(auth, { user: "new" })).rejects.toMatchObject(unavailable);
}

async function goesOn({ auth, cookie, calls }: Awaited<ReturnType<typeof open>>, path: string): Promise<void> {
  expect((await auth.forUser("dead").token()).reveal()).toBe("BQ-1");
  expect(calls()).toBe(1);
  expect((await auth.session({ cookie }))?.user.id).toBe("living");
  await auth.signOut("living");
  expect(await auth.session({ cookie })).toBeNull();
  const database = new DatabaseSync(path);
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  database.close();
}

function closeLater(database: DatabaseSync): void {
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "refrain-file-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A disk of 256 KiB in the folder, if this user may mount one. */
function mountSmallDisk(at: string): boolean {
  try {
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", at], { stdio: "ignore" });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync("/bin/umount", ["-l", at], { stdio: "ignore" }));
  return true;
}

/** Leaves not a page on the disk. Returns how to make room again. */
function fillDisk(at: string): () => void {
  const { bavail, bsize } = statfsSync(at);
  const path = join(at, "filling");
  writeFileSync(path, Buffer.alloc(bavail * bsize));
  expect(statfsSync(at).bavail).toBe(0);
  return () => rmSync(path);
}

function limitPages(database: DatabaseSync): () => void {
  const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  database.exec(`PRAGMA max_page_count = ${pages}`);
  return () => database.exec("PRAGMA max_page_count = 1000000");
}

/** Until what is left in the file's own pages is used up too. */
async function fillsUp(auth: SpotifyAuth): Promise<void> {
  for (let user = 0; user < 200; user++) {
    const refused = await signInAs(auth, { user: `filling-${user}` }).then(
      () => null,
      (error: unknown) => error,
    );
    if (refused === null) continue;
    expect(refused).toMatchObject({ code: "temporarily_unavailable", reason: "store" });
    return;
  }
  expect.unreachable("The disk does not fill up.");
}

describe("F-015 the SQLite file", () => {
  it(
    "lies on a disk that is full, or where none can be mounted has as many pages as it may have: 503, tokens kept, signing out works or says that it does not",
    { timeout: 60_000 },
    async () => {
      const at = folder();
      const mounted = mountSmallDisk(at);
      const path = join(at, "refrain.sqlite");
      const database = new DatabaseSync(path);
      closeLater(database);
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      const app = await open(database);
      console.log(mounted ? "a full tmpfs" : "a page limit, since nothing can be mounted here");
      const makeRoom = mounted ? fillDisk(at) : limitPages(database);
      await fillsUp(app.auth);
      await holdsStill(app, true);

      const signedOut = await app.auth.signOut("living").then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ code: "temporarily_unavailable" });
          return false;
        },
      );
      makeRoom();
      expect(await app.auth.session({ cookie: app.cookie })).toEqual(signedOut ? null : expect.anything());
      if (signedOut) app.cookie = await signInAs(app.auth, { user: "living" });
      await goesOn(app, path);
    },
  );

  it("is locked by another connection: 503 within the store's deadline, then it goes on", { timeout: 60_000 }, async () => {
    const path = join(folder(), "refrain.sqlite");
    const app = await open(path);
    const locking = new DatabaseSync(path);
    closeLater(locking);
    locking.exec("BEGIN IMMEDIATE");
    const began = performance.now();
    await expect(app.auth.forUser("dead").token()).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect(performance.now() - began).toBeLessThan(8_000);
    await holdsStill(app, true);
    locking.exec("ROLLBACK");
    locking.close();
    await goesOn(app, path);
  });

  it("cannot be written: 503, tokens and sessions are kept, then it goes on", { timeout: 60_000 }, async () => {
    const path = join(folder(), "refrain.sqlite");
    const database = new DatabaseSync(path);
    closeLater(database);
    const app = await open(database);
    database.exec("PRAGMA query_only = ON");
    await holdsStill(app, true);
    await expect(app.auth.signOut("living")).rejects.toMatchObject({ code: "temporarily_unavailable" });
    expect((await app.auth.session({ cookie: app.cookie }))?.user.id).toBe("living");
    database.exec("PRAGMA query_only = OFF");
    await goesOn(app, path);
  });

  it("F-001 is gone with its connection: 503 for everybody, and nobody is signed out", { timeout: 60_000 }, async () => {
    const database = new DatabaseSync(join(folder(), "refrain.sqlite"));
    const app = await open(database);
    database.close();
    await holdsStill(app, false);
  });
});
