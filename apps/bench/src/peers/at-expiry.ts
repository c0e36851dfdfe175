import type { Emulator } from "@refrain/emulator";
import { accessTokenLifetimeMs, type RunningApp, withApp } from "./running-app.js";

export interface Herd {
  readonly users: number;
  /** How many requests each user sends at once. */
  readonly parallel: number;
  readonly expiries: number;
  readonly processes: number;
}

export interface AfterExpiry {
  readonly refreshesPerUserAndExpiry: number;
  /** Of users x parallel x expiries. */
  readonly failedAnswers: number;
  /** Of users x expiries: who was lost signs in again before the next one. */
  readonly usersLost: number;
}

/** All users come back at once just after their access tokens have expired, to a server that rotates refresh tokens and revokes the grant when a spent one comes back. */
export async function atExpiry(peer: string, herd: Herd): Promise<AfterExpiry> {
  const { users, processes } = herd;
  return await withApp({ peer, users, processes, refresh: "family" }, (app) => expire(app, herd));
}

async function expire(app: RunningApp, { users, parallel, expiries }: Herd): Promise<AfterExpiry> {
  const everybody = Array.from({ length: users }, (_, user) => user);
  let signedOut = everybody;
  let refreshes = 0;
  let failedAnswers = 0;
  let usersLost = 0;
  for (let expiry = 0; expiry < expiries; expiry += 1) {
    for (const user of signedOut) await app.signIn(user);
    await app.advance(accessTokenLifetimeMs + 1_000);
    const before = refreshCalls(app.emulator);
    const statuses = await Promise.all(everybody.flatMap((user) => Array.from({ length: parallel }, () => app.profile(user))));
    refreshes += refreshCalls(app.emulator) - before;
    failedAnswers += statuses.filter((status) => status !== 200).length;
    signedOut = await lost(app, everybody);
    usersLost += signedOut.length;
  }
  return { refreshesPerUserAndExpiry: refreshes / users / expiries, failedAnswers, usersLost };
}

export function refreshCalls(emulator: Emulator): number {
  return emulator.tokenCalls({ grantType: "refresh_token" });
}

/** Who has to consent again: the app sends them away, or their grant is over, so that it will within the hour. */
async function lost(app: RunningApp, users: readonly number[]): Promise<number[]> {
  const over = new Set(endedGrants(app.emulator));
  const found: number[] = [];
  for (const user of users) if (over.has(`user-${user}`) || (await app.profile(user)) !== 200) found.push(user);
  return found;
}

/** Users whose latest grant was revoked. */
function endedGrants({ history }: Emulator): readonly string[] {
  const latest = new Map(history.map((grant) => [grant.user, grant]));
  return [...latest.values()].filter(({ ended }) => ended !== null).map(({ user }) => user);
}
