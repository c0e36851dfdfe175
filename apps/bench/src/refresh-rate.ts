import { memoryStore } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { openAuth } from "./auth.js";
import { startChild } from "./child.js";
import type { EmulatorAnswer, EmulatorOrder } from "./emulator-process.js";
import { interleaved } from "./interleaved.js";
import type { Measurement, Target } from "./measurement.js";
import { median, medianRatio } from "./median.js";

type Contestant = "bare" | "sealing" | "refrain";

interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

/** As many users at a time as in the other measurements. */
const atOnce = 50;
/** About what a call of Spotify's token endpoint takes. */
const distantMs = 100;

/** How many refreshes a second one process gets done against the emulator, beside a loop that does nothing but fetch. */
export async function refreshRate(quick: boolean): Promise<readonly Measurement[]> {
  const distant = await compare(distantMs, quick ? 1_000 : 2_000, quick);
  const near = await compare(0, quick ? 300 : 500, quick);
  return [...compared(`answers after ${distantMs} ms`, distant, { least: 0.9 }), ...compared("answers at once", near, null)];
}

function compared(group: string, { bare, sealing, refrain }: Record<Contestant, Round[]>, target: Target | null): readonly Measurement[] {
  return [
    { group, what: "refreshes per second, bare fetch loop", value: median(of(bare, "perSecond")), unit: "/s", target: null },
    { group, what: "refreshes per second, forUser().token()", value: median(of(refrain, "perSecond")), unit: "/s", target: null },
    { group, what: "refreshes per second over a bare fetch loop", value: ratio(refrain, bare, "perSecond"), unit: "x", target },
    { group, what: "the same fetch loop that also encrypts twice, over a bare one", value: ratio(sealing, bare, "perSecond"), unit: "x", target: null },
    { group, what: "CPU per refresh over a bare fetch loop", value: ratio(refrain, bare, "cpuMicroseconds"), unit: "x", target: null },
  ];
}

/** @param refreshes Per round: so many that the first ones, which all begin together, and the last ones do not count for much. */
async function compare(delayMs: number, refreshes: number, quick: boolean): Promise<Record<Contestant, Round[]>> {
  const emulator = startChild<EmulatorOrder, EmulatorAnswer>(new URL("emulator-process.js", import.meta.url));
  const { origin, refreshToken } = await emulator.ask({ delayMs });
  const auth = openAuth(memoryStore(), { emulatorUrl: origin, allowEmulator: true });
  let user = 0;

  const refrain = async (): Promise<Round> => {
    const users = Array.from({ length: refreshes }, () => `user-${user++}`);
    for (const name of users) await signInAs(auth, { user: name, refreshToken, lifetimeMs: 0 });
    return timed(refreshes, async (turn) => void (await auth.forUser(users[turn] ?? "").token()));
  };
  const bare = (): Promise<Round> => timed(refreshes, () => fetchTokens(origin, refreshToken));
  const seal = await sealTwice();
  const sealing = (): Promise<Round> => timed(refreshes, () => fetchTokens(origin, refreshToken).then(seal));
  const results = await interleaved({ bare, sealing, refrain }, { rounds: quick ? 5 : 15, warmUps: quick ? 3 : 6 });
  emulator.end();
  return results;
}

function of(rounds: readonly Round[], value: keyof Round): readonly number[] {
  return rounds.map((round) => round[value]);
}

function ratio(rounds: readonly Round[], base: readonly Round[], value: keyof Round): number {
  return medianRatio(of(rounds, value), of(base, value));
}

/** What a refresh cannot do without: the lease and the answer are each stored encrypted. As long as a sealed grant, by WebCrypto alone. */
async function sealTwice(): Promise<() => Promise<void>> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const grant = new Uint8Array(1_000);
  const seal = (): Promise<ArrayBuffer> => crypto.subtle.encrypt({ name: "AES-GCM", iv: crypto.getRandomValues(new Uint8Array(12)) }, key, grant);
  return async () => {
    await seal();
    await seal();
  };
}

async function timed(count: number, run: (turn: number) => Promise<void>): Promise<Round> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  let turn = 0;
  const worker = async (): Promise<void> => {
    while (turn < count) await run(turn++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { perSecond: count / seconds, cpuMicroseconds: (user + system) / count };
}

async function fetchTokens(origin: string, refreshToken: string): Promise<void> {
  const response = await fetch(`${origin}/api/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("emulator-client:emulator-secret")}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`The emulator answered ${response.status} without a token.`);
}
