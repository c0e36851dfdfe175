import { defaultTimings, memoryStore } from "@refrain/core";
import { openAuth } from "./auth.js";
import { interleaved } from "./interleaved.js";
import type { Measurement } from "./measurement.js";
import { median } from "./median.js";
import { signInMany } from "./sign-in-many.js";

const users = 100;
/** A request asks for a token soon after its session was read; a session as old as this would be read again. */
const tokensPerSession = 100;

/** How often a second one core decides, reads a session and hands out a token, with everything in memory. */
export async function hotCalls(quick: boolean): Promise<readonly Measurement[]> {
  const auth = openAuth(memoryStore());
  const cookies = await signInMany(auth, users);
  const cookieOf = (turn: number): string => cookies[turn % users] ?? "";
  const decideOnce = await loadDecide();
  const calls = quick ? 20_000 : 100_000;

  const session = async (): Promise<void> => {
    for (let turn = 0; turn < calls; turn += 1) await auth.session({ cookie: cookieOf(turn) });
  };
  const decide = async (): Promise<void> => {
    for (let turn = 0; turn < calls; turn += 1) decideOnce();
  };
  const token = async (): Promise<void> => {
    for (let turn = 0; turn < calls; turn += tokensPerSession) {
      const signedIn = await auth.session({ cookie: cookieOf(turn) });
      for (let next = 0; next < tokensPerSession; next += 1) await signedIn?.token();
    }
  };
  const cpu = await interleaved(
    { decide: () => cpuOf(decide), session: () => cpuOf(session), token: () => cpuOf(token) },
    { rounds: quick ? 5 : 15, warmUps: quick ? 3 : 5 },
  );
  const perSecond = (microseconds: readonly number[]): number => calls / (median(microseconds) / 1e6);
  return [
    { what: "decide(), per second of CPU", value: perSecond(cpu.decide), unit: "/s", target: null },
    { what: "session.token() in memory, which decides, per second of CPU", value: perSecond(cpu.token), unit: "/s", target: { least: 1_000_000 } },
    { what: "auth.session({ cookie }) in memory, per second of CPU", value: perSecond(cpu.session), unit: "/s", target: null },
  ];
}

/** Microseconds of this process's CPU. */
async function cpuOf(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The machine is no part of what core exports: it is read from beside its entry. */
async function loadDecide(): Promise<() => unknown> {
  const { decide } = (await import(new URL("machine/decide.js", import.meta.resolve("@refrain/core")).href)) as {
    decide: (grant: object, now: number, need: object) => unknown;
  };
  const now = Date.now();
  const access = { id: "access", token: "token", sentAt: now, expiresAt: now + 3_600_000, refreshAfter: now + 3_000_000, rejected: false };
  const refresh = { token: "token", lineage: "lineage", reusable: true };
  const trouble = { attempts: 0, unsettled: false, probing: false };
  const need = { minValidMs: 0, waited: false, pausedUntil: 0, timings: defaultTimings };
  const grant = { access, refresh, trouble, phase: { name: "active" } };
  let turn = 0;
  return () => decide(grant, now + (turn++ % 1_000), need);
}
