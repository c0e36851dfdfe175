/** The machine or the engine with one rule removed. Never shipped: the source is changed while it is loaded. */
export interface Mutant {
  /** What is left out. */
  readonly without: string;
  readonly edits: readonly Edit[];
}

interface Edit {
  /** Below `packages/core/src/`. */
  readonly file: string;
  /** Stands in the file exactly once: a mutant that no longer applies is an error, not a mutant that survives. */
  readonly from: string;
  readonly to: string;
}

const transition = "machine/transition.ts";
const refresher = "grants/refresher.ts";
const leases = "grants/leases.ts";
const records = "grants/records.ts";
const engine = "grants/create-engine.ts";

/** By name; the letters are the traces of `simulation.md`. */
export const mutants: Readonly<Record<string, Mutant>> = {
  A: {
    without: "only a takeover or an ambiguous end marks a token as perhaps spent, never one's own claim",
    edits: [
      {
        file: transition,
        from: `return { ...grant, phase: refreshing };`,
        to: `return { ...grant, phase: refreshing, trouble: { ...trouble, unsettled: true } };`,
      },
    ],
  },
  "A, for ever": {
    without: "a doubtful token gets one probe, and its verdict is final",
    edits: [
      {
        file: transition,
        from: `return { ...grant, phase: refreshing, trouble: { ...trouble, probing: true } };`,
        to: `return { ...grant, phase: refreshing };`,
      },
    ],
  },
  B: {
    without: "a success does not go backwards",
    edits: [{ file: transition, from: `if (!rotated && access.sentAt < grant.access.sentAt) return withoutVerdict(grant);`, to: `` }],
  },
  C: {
    without: "what the grant already shows is done",
    edits: [{ file: transition, from: ` || access.id === grant.access.id) return grant;`, to: `) return grant;` }],
  },
  D: {
    without: "a verdict scrubs nothing",
    edits: [
      {
        file: transition,
        from: `return { ...grant, phase: { name: "reauthorize", since: now, reason }, trouble: { ...trouble, unsettled } };`,
        to: `return { ...grant, phase: { name: "reauthorize", since: now, reason }, trouble: { ...trouble, unsettled }, sessions: [] };`,
      },
    ],
  },
  E: {
    without: "an older consent only adds its session",
    edits: [
      {
        file: transition,
        from: `before !== null && isOlder(event, before)`,
        to: `before !== null && false`,
      },
    ],
  },
  F: {
    without: "closing leaves a tombstone",
    edits: [
      {
        file: records,
        from: `asked.swap(key, before.sealed, sealed, forgetAt(after))`,
        to: `asked.swap(key, before.sealed, sealed, "phase" in after ? forgetAt(after) : 0)`,
      },
    ],
  },
  G: {
    without: "after anything but a plain yes, the own lease is looked for",
    edits: [
      {
        file: leases,
        from: `if (grant.phase.name === "refreshing" && grant.phase.lease.id === lease.id) return { snapshot, grant, claim };`,
        to: ``,
      },
      {
        file: leases,
        from: `mayHold: (key, { phase }) => phase.name === "refreshing" && phase.lease.id === unconfirmed.get(key)?.lease.id,`,
        to: `mayHold: () => false,`,
      },
    ],
  },
  H: {
    without: "a deadline ends the wait, not the request",
    edits: [
      {
        file: refresher,
        from: `let cancel = clock.after(requestMs, () => (cancel = clock.after(unreadMs, () => request.abort(), true)), true);`,
        to: `let cancel = clock.after(deadlineMs, () => request.abort(), true);`,
      },
    ],
  },
  I: {
    without: "just before sending, the lease must still cover the deadline",
    edits: [{ file: refresher, from: `if (heldMs > claim.sendBy - claim.begunAt) break;`, to: `` }],
  },
  J: {
    without: "success needs only lineage",
    edits: [
      {
        file: transition,
        from: `if (from !== grant.refresh.lineage || access.id`,
        to: `if (grant.phase.name !== "refreshing" || from !== grant.refresh.lineage || access.id`,
      },
    ],
  },
  K: {
    without: "failure needs the live lease",
    edits: [
      { file: transition, from: `phase.name !== "refreshing" || phase.lease.id !== lease) return grant;`, to: `phase.name === "reauthorize") return grant;` },
    ],
  },
  "no lease": {
    without: "a lease is taken before anything is sent",
    edits: [
      {
        file: leases,
        from: `const after = transition(grant, { type: "refreshStarted", lease, takesOver: decision.takesOver });`,
        to: `return { snapshot, grant, claim };\n      const after = transition(grant, { type: "refreshStarted", lease, takesOver: decision.takesOver });`,
      },
    ],
  },
  "textbook fencing": {
    without: "a success counts although the lease is another's by now",
    edits: [
      {
        file: refresher,
        from: `{ type: "refreshed", from, access, refreshToken, lineage: randomId(), scopes }`,
        to: `{ type: "refreshed", from, access, refreshToken, lineage: randomId(), scopes, lease: (grant.phase as { lease?: { id: string } }).lease?.id } as never`,
      },
      {
        file: transition,
        from: `return commit(record, event);`,
        to: `return record.phase.name === "refreshing" && record.phase.lease.id === (event as unknown as { lease: string }).lease ? commit(record, event) : record;`,
      },
    ],
  },
  "delete on invalid_grant": {
    without: "invalid_grant ends a token, not a grant",
    edits: [
      {
        file: transition,
        from: `return { ...grant, phase: { name: "reauthorize", since: now, reason }, trouble: { ...trouble, unsettled } };`,
        to: `return { v: 1, reason: "logout", closedAt: null, until: now + tombstoneMs } as unknown as Grant;`,
      },
    ],
  },
  "no compare-and-swap": {
    without: "a write only replaces what it was made from",
    edits: [
      {
        file: records,
        from: `asked.swap(key, before.sealed, sealed, forgetAt(after))`,
        to: `asked.get(key).then((current) => asked.swap(key, current, sealed, forgetAt(after)))`,
      },
    ],
  },
  "no single flight": {
    without: "whoever comes later joins the refresh of this process",
    edits: [{ file: engine, from: `if (flight !== undefined) return flight;`, to: `` }],
  },
  "stored after answering": {
    without: "nobody sees tokens before they are stored",
    edits: [
      {
        file: records,
        from: `const opened = boundedMap<string, Snapshot>(remembered);`,
        to: `const opened = boundedMap<string, Snapshot>(remembered);\n  const early = new Map<string, Snapshot>();`,
      },
      {
        file: records,
        from: `read(key, source) {`,
        to: `read(key, source) {\n      const seen = early.get(key);\n      if (seen !== undefined) return seen;`,
      },
      {
        file: records,
        from: `snapshot ??= await records.read(key, "store");`,
        to: `early.delete(key);\n          snapshot ??= await records.read(key, "store");`,
      },
      {
        file: records,
        from: `const replaced = await records.replace(key, snapshot, after);`,
        to: `if (event.type === "refreshed") early.set(key, { sealed: snapshot.sealed, record: after, corrupt: false });
          const replaced = await records.replace(key, snapshot, after);
          if (replaced !== null) early.delete(key);`,
      },
    ],
  },
  "no turn": {
    without: "whoever takes a lease over lets its holder store first",
    edits: [
      {
        file: leases,
        from: `return held !== null && claim.tookOver ? letHolderStore(key, held) : held;`,
        to: `void letHolderStore;\n      return held;`,
      },
    ],
  },
  "trusts a clock": {
    without: "where a token may not be sent twice, a lease is over once it was watched, not once a clock says so",
    edits: [
      {
        file: "machine/clocks.ts",
        from: `const until = refresh.reusable ? Math.min(lease.until, watchedUntil) : watchedUntil;`,
        to: `const until = Math.min(lease.until, watchedUntil);`,
      },
    ],
  },
};

/** The source with the mutant's edits; a file that has none comes back as it is. */
export function mutate(name: string, url: string, source: string): string {
  const mutant = mutants[name];
  if (mutant === undefined) throw new RangeError(`There is no mutant ${name}.`);
  return mutant.edits
    .filter(({ file }) => url.endsWith(`/packages/core/src/${file}`))
    .reduce((changed, { from, to }) => {
      if (changed.split(from).length !== 2) throw new Error(`Mutant ${name}: the rule it removes is not found once: ${from}`);
      return changed.replace(from, () => to);
    }, source);
}
