import { type GrantRecord, isGrant } from "../../src/machine/grant.js";
import { defaultTimings, transactionMs } from "../../src/machine/timings.js";
import type { Browser, Browsers, Visit } from "./browsers.js";
import type { Calls } from "./calls.js";
import { trouble } from "./judge.js";
import { settle } from "./settle.js";
import { beganAt } from "./simulated-process.js";
import type { Attempt } from "./simulated-spotify.js";
import type { World } from "./world.js";

const soonMs = 30_000;
const askAgainMs = 2_000;
const watchMs = 12_000;
/** A process that ends in good order is gone by then. */
const endingMs = 15_000;
/** A request that was sent stays open for two minutes. */
const requestMs = 130_000;

/** Nothing goes wrong any more: whoever can be served must be served soon, whoever cannot must be told, and nothing may be left lying about. */
export async function recover(world: World, browsers: Browsers, calls: Calls): Promise<void> {
  const { timeline, journal } = world;
  journal.say(() => "nothing goes wrong any more");
  world.stormy = false;
  // The last blow may be on its way.
  await settle(timeline, pass(world, askAgainMs));
  for (const process of world.processes) {
    process.resume();
    process.setClock(0);
  }
  await settle(timeline, Promise.race([Promise.all(world.endings), pass(world, endingMs)]));
  const users = [...new Set(browsers.all.map(({ user }) => user))];
  if (world.seed % 2 === 0) {
    for (const user of users) if (phaseOf(world, user) === "reauthorize") await settle(timeline, browsers.retry(user, 0));
  }
  await settle(timeline, Promise.all(users.map((user) => bringBack(world, browsers, user))));
  await settle(timeline, pass(world, requestMs));
  for (const browser of browsers.all) if (browser.state !== "unknown") await settle(timeline, browsers.visit(browser, 0));
  await settle(timeline, pass(world, askAgainMs));
  nothingIsLeft(world, calls);
  for (const process of world.processes) await settle(timeline, browsers.shutDown(process));
}

/** The user tries until there is an answer that stands; told to sign in again, the user does, in the place of the same session. */
async function bringBack(world: World, browsers: Browsers, user: string): Promise<void> {
  const { timeline, journal } = world;
  const mine = browsers.all.filter((browser) => browser.user === user);
  const present = mine.find(({ state }) => state === "in");
  const record = recordOf(world, user);
  if (!isGrant(record)) return;
  const begunAt = timeline.now();
  // A lease that was taken before its process stood still is given back unused, and costs one more wait.
  const stoodStill = world.processes.some((process) => begunAt - process.current().resumedAt < askAgainMs);
  // And so is one whose holder hears only then that Spotify asks everybody to hold still.
  const givesBack = stoodStill || world.heldUntil > begunAt;
  const longestMs = soonMs + waitOf(world, record) + (givesBack ? Math.max(defaultTimings.suspectMs, defaultTimings.backoffMs.max) : 0);
  const wasAlive = isAlive(world, record);
  let visit: Visit;
  for (let turn = 0; ; turn += 1) {
    const process = turn % world.processes.length;
    visit = await (present === undefined ? browsers.job(mine[0] as Browser, process) : browsers.visit(present, process));
    if (visit === "served" || visit === "reauthorize" || visit === "signed out") break;
    // What is lost may be taken for doubtful once or twice before that is certain.
    const doubtMs = wasAlive && isAlive(world, recordOf(world, user)) ? 0 : 2 * defaultTimings.longestPauseMs;
    // A lease may have landed late, for a process that has given up on it.
    const landedMs = waitOf(world, recordOf(world, user));
    // Spotify's wish to be left alone may have reached a process that stood still only now.
    const waitedMs = timeline.now() - Math.max(begunAt, world.heldUntil);
    if (waitedMs > longestMs + doubtMs + landedMs) {
      return journal.broken("nobody is stuck", `${user} after ${Math.round((timeline.now() - begunAt) / 1_000)} s: ${visit}`);
    }
    await pass(world, askAgainMs);
  }
  journal.count(`after recovery: ${visit}`);
  if (visit !== "reauthorize" || present === undefined) return;
  const replaced = present.session?.id;
  // A sign-out that a fast clock wrote down bars sign-ins for as long as one may take.
  const barredUntil = timeline.now() + (world.clocksDisagree ? transactionMs + 60_000 : 0);
  for (let triedAt = timeline.now(); !(await browsers.signIn(present, 0, 5_000)); triedAt = timeline.now()) {
    // A sign-out that reached a process while it was stopped ends the sign-ins that are under way when it goes on.
    const closedAt = (recordOf(world, user)?.closedAt ?? 0) - beganAt;
    const wasEnded = triedAt <= closedAt && closedAt <= timeline.now();
    if (!wasEnded && timeline.now() > barredUntil) return journal.broken("a user who was told to sign in again can", user);
  }
  const again = await browsers.visit(present, 0);
  if (again !== "served") journal.broken("one sign-in brings the user back", `${user}: ${again}`);
  const after = recordOf(world, user);
  if (isGrant(after) && after.sessions.some(({ id }) => id === replaced)) journal.broken("a new session takes the place of the old one", user);
}

function pass({ timeline }: World, ms: number): Promise<void> {
  return new Promise((resolve) => void timeline.after(ms, resolve));
}

function recordOf(world: World, user: string): GrantRecord {
  return world.vault.look(world.rows.get(world.userKey(user))) as GrantRecord;
}

function phaseOf(world: World, user: string): string | null {
  const record = recordOf(world, user);
  return isGrant(record) ? record.phase.name : null;
}

/** Whether a refresh with what is stored would succeed. */
function isAlive({ spotify }: World, record: GrantRecord): boolean {
  const token = isGrant(record) ? spotify.token(record.refresh.token) : undefined;
  return token !== undefined && spotify.wouldTake(token);
}

/** How long the record itself, and Spotify, ask everybody to wait. */
function waitOf({ timeline, heldUntil, clocksDisagree, processes }: World, record: GrantRecord): number {
  if (!isGrant(record)) return 0;
  const now = timeline.now();
  const { phase } = record;
  // A pause that a fast clock wrote down counts as the longest one from first sight, for each process that sees it, and after the one it knows of itself.
  const distrusted = (processes.length + 1) * (defaultTimings.longestPauseMs + defaultTimings.backoffMs.max);
  const held = clocksDisagree && heldUntil > 0 ? distrusted : Math.max(0, heldUntil - now);
  const from = (until: number, mostMs: number): number => Math.min(Math.max(0, until - beganAt - now), mostMs);
  switch (phase.name) {
    case "refreshing":
      // Each process has to watch it for its whole length, where the clocks cannot be trusted, and one visit watches for ten seconds.
      return held + defaultTimings.leaseMs.living + processes.length * watchMs;
    case "backoff":
      return held + from(phase.retryAt, defaultTimings.backoffMs.max);
    case "suspect":
      return held + from(phase.until, defaultTimings.longestPauseMs);
    case "active":
    case "reauthorize":
      return held;
  }
}

function nothingIsLeft(world: World, calls: Calls): void {
  const { journal, spotify } = world;
  for (const what of calls.open()) journal.broken("I7 every call ends", what);
  for (const attempt of spotify.attempts) {
    if (attempt.deliveredAt !== null && !attempt.lost && attempt.sender.diedAt === null && isMissing(world, attempt)) {
      journal.broken("I3 the newest refresh token that was received is stored", attempt.brought?.value ?? "");
    }
  }
}

/** Whether it brought a refresh token that is still the newest of what is stored, and is not stored. */
function isMissing(world: World, { brought, storedAt, token }: Attempt): boolean {
  if (brought === null || storedAt !== null || brought.consent.current !== brought || brought.consent.ended !== null) return false;
  const record = recordOf(world, brought.consent.user);
  const stored = isGrant(record) ? world.spotify.token(record.refresh.token) : undefined;
  if (stored?.consent !== brought.consent) return false;
  // Another answer to the same token was stored, and this one has killed it: a known limit of servers that take a replay for good.
  const spenders = token?.spentBy ?? [];
  return !(spenders.length > 1 && spenders.some((attempt) => trouble(world, attempt) !== null));
}
