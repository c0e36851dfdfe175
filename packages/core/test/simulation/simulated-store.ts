import { type GrantRecord, isGrant } from "../../src/machine/grant.js";
import type { Store } from "../../src/store/store.js";
import { dice } from "./dice.js";
import { drawFault, type StoreFault } from "./fates.js";
import { beganAt, type Incarnation } from "./simulated-process.js";
import { mayStopHere } from "./sudden.js";
import type { World } from "./world.js";

/** The rows that all processes share, and who is told when one changes. */
export interface Rows {
  get(key: string): string | null;
  swap(key: string, before: string | null, after: string, expiresAt: number): boolean;
  keys(): readonly string[];
}

export function createRows(now: () => number): Rows {
  const rows = new Map<string, { readonly value: string; readonly expiresAt: number }>();
  const get = (key: string): string | null => {
    const row = rows.get(key);
    return row !== undefined && beganAt + now() < row.expiresAt ? row.value : null;
  };
  return {
    get,
    swap(key, before, after, expiresAt) {
      if (get(key) !== before) return false;
      rows.set(key, { value: after, expiresAt });
      return true;
    },
    keys: () => [...rows.keys()],
  };
}

/** The store as one process reaches it: over a connection on which anything may happen. */
export function connectStore(world: World, incarnation: () => Incarnation): Store {
  const { timeline, journal, rows } = world;

  /** Carries one call out: `apply` happens at the store, its value comes back, unless a fault strikes. */
  function call<Value>(operation: "get" | "swap", key: string, apply: () => Value, denied: Value | undefined): Value | Promise<Value> {
    const sender = incarnation();
    const number = world.nextCall(sender.process);
    const fate = dice(world.seed, 21, sender.process, number);
    const thereMs = fate.between(0.5, 3);
    const backMs = fate.between(0.5, 3);
    const { everything, swap } = world.awayUntil;
    const reachableFrom = Math.max(world.cutOffUntil[sender.process] ?? 0, everything, operation === "swap" ? swap : 0);
    const isCutOff = world.stormy && timeline.now() < reachableFrom;
    const drawn = isCutOff ? fate.pick(cutOff[operation]) : world.stormy ? drawFault(world.plan.storeOdds, fate) : null;
    const longMs = fate.next() < 0.5 ? fate.between(100, 5_000) : fate.between(2_000, 120_000);
    const id = `the store's call ${number} by process ${sender.process + 1}: ${drawn}`;
    const fault: StoreFault | null = drawn !== null && isFor(drawn, operation) && (isCutOff || journal.strikes(id)) ? drawn : null;
    if (fault !== null) {
      journal.say(() => `fault: ${sender.name}'s ${operation} for ${world.nameOf(key)} is ${wording[fault]}`);
      world.noteStoreFault(sender);
    }
    mayStopHere(world, sender, "call", number, thereMs + backMs);
    if (fault === null && operation === "get" && world.plan.readsAtOnce) return apply();
    return new Promise((resolve, reject) => {
      const answer = (settle: () => void, ms: number): void => void timeline.after(ms, () => sender.deliver(settle));
      const fail = (): void => reject(new Error("connection lost"));
      const reachAfter = fault === "lands late" ? longMs : thereMs;
      if (fault === "refused") return answer(fail, thereMs + backMs);
      if (fault === "silent before") return;
      timeline.after(reachAfter, () => {
        const value = apply();
        if (fault === "silent after") return;
        if (fault === "acknowledgement lost" && value === true) return answer(fail, backMs);
        if (fault === "denied" && denied !== undefined) return answer(() => resolve(denied), backMs);
        answer(() => resolve(value), fault === "slow" ? longMs : backMs);
      });
    });
  }

  return {
    get: (key) => call("get", key, () => rows.get(key), undefined),
    async swap(key, before, after, expiresAt = Infinity) {
      const sender = incarnation();
      const issuedAt = timeline.now();
      const apply = (): boolean => {
        // What was there, not what the swap says was there: they differ where the comparison is missing.
        const was = rows.get(key);
        if (!rows.swap(key, before, after, expiresAt)) return false;
        for (const tell of world.watchers) tell(key);
        const records = { before: world.vault.look(was) as GrantRecord, after: world.vault.look(after) as NonNullable<GrantRecord> };
        if (world.userOf(key) !== null) world.rules.swapped({ key, sender, issuedAt, ...records });
        return true;
      };
      return call("swap", key, apply, false);
    },
    ...(world.plan.watches ? { watch: async (listener) => watch(listener) } : {}),
  };

  /** Word of a change comes soon, and while things go wrong not always. */
  function watch(listener: (key: string | null) => void): () => Promise<void> {
    const listening = incarnation();
    const hears = dice(world.seed, 22, listening.process, timeline.now());
    const tell = (key: string): void => {
      if (world.stormy && world.plan.weather === "storm" && hears.chance(0.2)) return;
      timeline.after(hears.between(1, 20), () => listening.deliver(() => listener(key)));
    };
    world.watchers.add(tell);
    return async () => void world.watchers.delete(tell);
  }
}

/** What a record is, in a word or two. */
export function describe(record: GrantRecord): string {
  if (record === null) return "nothing";
  return isGrant(record) ? `${record.phase.name} with ${record.refresh.token}` : `closed by ${record.reason}`;
}

/** What a call comes to on a connection that has just broken: a swap may have gone through. */
const cutOff: Record<"get" | "swap", readonly StoreFault[]> = { get: ["refused", "silent before"], swap: ["refused", "silent before", "silent after"] };

function isFor(fault: StoreFault, operation: "get" | "swap"): boolean {
  return operation === "swap" || fault === "refused" || fault === "silent before" || fault === "slow";
}

const wording: Record<StoreFault, string> = {
  refused: "refused",
  "acknowledgement lost": "applied, but the acknowledgement is lost",
  "silent after": "applied and never answered",
  "silent before": "lost on its way and never answered",
  "lands late": "on its way for long",
  slow: "answered late",
  denied: "applied, and answered with no",
};
