import type { Emulator, RefreshBehaviour } from "@refrain/emulator";
import { everySoOften } from "./every-so-often.js";
import { accessTokenLifetimeMs, type RunningApp, withApp } from "./running-app.js";

export interface AfterLostAnswer {
  /** With the refresh token that is spent, after the call whose answer was lost; of the user with the most. */
  readonly furtherCalls: number;
  /** Who is not served at the end. */
  readonly usersLost: number;
}

export interface LostAnswer {
  readonly users: number;
  readonly forMs: number;
  readonly refresh: RefreshBehaviour;
}

const everyMs = 200;

/** The server rotates a refresh token, and the connection breaks before it can say so. The user goes on asking five times a second. */
export async function afterLostAnswer(peer: string, lost: LostAnswer): Promise<AfterLostAnswer> {
  const { users, refresh } = lost;
  return await withApp({ peer, users, processes: 1, refresh }, (app) => loseAnswers(app, lost));
}

async function loseAnswers(app: RunningApp, { users, forMs }: LostAnswer): Promise<AfterLostAnswer> {
  const everybody = Array.from({ length: users }, (_, user) => user);
  for (const user of everybody) await app.signIn(user);
  await app.advance(accessTokenLifetimeMs + 1_000);
  for (const user of everybody) app.emulator.fault({ on: "token", kind: "answer-lost", grantType: "refresh_token", user: `user-${user}`, times: 1 });

  const served = new Set<number>();
  await everySoOften(everyMs, forMs, async () => {
    await Promise.all(everybody.map(async (user) => void ((await app.profile(user)) === 200 ? served.add(user) : served.delete(user))));
  });
  return { furtherCalls: mostFurtherCalls(app.emulator), usersLost: users - served.size };
}

function mostFurtherCalls({ log }: Emulator): number {
  const calls = log.filter(({ endpoint, refreshToken }) => endpoint === "token" && refreshToken !== undefined);
  const spent = calls.filter(({ fault }) => fault === "answer-lost").map(({ refreshToken }) => refreshToken);
  if (spent.length === 0) throw new Error("No answer was lost.");
  return Math.max(...spent.map((token) => calls.filter(({ refreshToken }) => refreshToken === token).length - 1));
}
