import { refreshCalls } from "./at-expiry.js";
import { everySoOften } from "./every-so-often.js";
import { accessTokenLifetimeMs, type RunningApp, withApp } from "./running-app.js";

export interface Outage {
  readonly users: number;
  readonly outageMs: number;
}

export interface AfterOutage {
  /** How many were still not served 5 s after it was over. */
  readonly usersLost: number;
  /** Calls of the token endpoint while it was down. */
  readonly tokenCallsPerUser: number;
  /** How many answers of each status to what was asked while it was down. */
  readonly answers: Readonly<Record<string, number>>;
  /** From its end until they were served, of all who were not lost. */
  readonly servedAfterMs: readonly number[];
}

const everyMs = 200;
const patienceMs = 5_000;

/** The token endpoint answers 503 for a while, access tokens have just expired, and each user asks five times a second. Refresh tokens do not rotate, so that nothing else can go wrong. */
export async function inOutage(peer: string, outage: Outage): Promise<AfterOutage> {
  return await withApp({ peer, users: outage.users, processes: 1, refresh: "non-rotating" }, (app) => suffer(app, outage));
}

async function suffer(app: RunningApp, { users, outageMs }: Outage): Promise<AfterOutage> {
  const everybody = Array.from({ length: users }, (_, user) => user);
  for (const user of everybody) await app.signIn(user);
  await app.advance(accessTokenLifetimeMs + 1_000);

  const answers: Record<string, number> = {};
  const repair = app.emulator.fault({ on: "token", kind: "status", status: 503, body: "Service Unavailable" });
  const before = refreshCalls(app.emulator);
  const asked = everySoOften(everyMs, outageMs, async () => {
    const statuses = await Promise.all(everybody.map((user) => app.profile(user)));
    for (const status of statuses) answers[status] = (answers[status] ?? 0) + 1;
  });
  await new Promise((resolve) => setTimeout(resolve, outageMs));
  const calls = refreshCalls(app.emulator) - before;
  repair();

  const repairedAt = performance.now();
  const servedAfterMs = new Map<number, number>();
  const ask = async (user: number): Promise<void> => {
    if ((await app.profile(user)) === 200 && !servedAfterMs.has(user)) servedAfterMs.set(user, performance.now() - repairedAt);
  };
  await everySoOften(
    everyMs,
    patienceMs,
    async () => void (await Promise.all(everybody.filter((user) => !servedAfterMs.has(user)).map(ask))),
    () => servedAfterMs.size === users,
  );
  await asked;
  return {
    usersLost: users - servedAfterMs.size,
    tokenCallsPerUser: calls / users,
    answers,
    servedAfterMs: [...servedAfterMs.values()],
  };
}
