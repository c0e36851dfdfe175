import type { Attempt, RefreshToken } from "./simulated-spotify.js";
import type { World } from "./world.js";

/** Why a user had to be told to sign in again; `avoidable`: nobody had to. */
export interface Judgement {
  readonly avoidable: boolean;
  readonly why: string;
}

const unavoidable = (why: string): Judgement => ({ avoidable: false, why });
const avoidable = (why: string): Judgement => ({ avoidable: true, why });

/** Longer than a request is on its way when nothing is wrong. */
const soonMs = 1_000;

/**
 * Judges a verdict, knowing all that Spotify did and all that reached whom.
 *
 * Unavoidable: the user really is gone; Spotify lied; the only valid token reached no living process; a token that somebody had good reason to take for unspent was sent twice.
 */
export function judge(world: World, stored: RefreshToken, told: Attempt): Judgement {
  if (told.lied) return unavoidable("Spotify lied");
  const { consent } = stored;
  const { ended } = consent;
  if (ended !== null && ended.why !== "reused") return unavoidable(`the consent was ${ended.why}`);
  if (world.plan.weather === "outage") return avoidable("nothing was wrong but the store");
  if (ended !== null) return judgeReplay(world, ended.token.spentBy[0], ended.by);
  if (world.spotify.wouldTake(stored)) return avoidable("the token is good");
  if (stored.killedBy !== null) return judgeReplay(world, stored.issuedTo ?? undefined, stored.killedBy);
  return judgeLoss(world, stored.spentBy.at(-1));
}

/** A server that punishes or forgets: was there a good reason to send the token again? */
function judgeReplay(world: World, first: Attempt | undefined, again: Attempt): Judgement {
  const reason = trouble(world, first) ?? (isLate(again) ? "a request was long on its way" : null);
  return reason === null ? avoidable("a token was sent twice, and for no reason") : unavoidable(`sent twice: ${reason}`);
}

/** A server that refuses spent tokens: did the new one reach anybody who lives? */
function judgeLoss(world: World, spender: Attempt | undefined): Judgement {
  if (spender === undefined) return avoidable("the token was never spent");
  if (spender.lost) return unavoidable("the new token was lost on its way");
  if (spender.storedAt !== null) return avoidable("the new token was stored, and the old one was used");
  if (spender.sender.diedAt !== null) return unavoidable("the new token's only holder was killed");
  if (spender.deliveredAt === null) return unavoidable("the new token was still on its way");
  const failedAt = world.storeFailedAt.get(spender.sender) ?? -Infinity;
  const held = failedAt >= spender.deliveredAt || spender.sender.resumedAt >= spender.deliveredAt || world.timeline.now() - spender.deliveredAt < soonMs;
  return held ? unavoidable("the new token's holder could not store it yet") : avoidable("the new token was received and not stored");
}

/** Why others could not know what became of a request; `null`: they could. */
export function trouble(world: World, attempt: Attempt | undefined): string | null {
  if (attempt === undefined) return null;
  const { lost, lease, sentAt, deliveredAt, storedAt, sender } = attempt;
  if (lost) return "the answer was lost";
  if (sender.diedAt !== null && (storedAt === null || storedAt > sender.diedAt)) return "the sender was killed";
  if (isLate(attempt)) return "a request was long on its way";
  const now = world.timeline.now();
  if ((deliveredAt ?? now) - sentAt > (lease?.deadlineMs ?? 0)) return "the answer was late";
  if ((storedAt ?? now) > (lease?.until ?? 0)) return "it was stored late";
  return null;
}

function isLate({ arrivedAt, sentAt }: Attempt): boolean {
  return arrivedAt !== null && arrivedAt - sentAt > soonMs;
}
