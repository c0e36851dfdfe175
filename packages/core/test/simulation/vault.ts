import type { Opened, Purpose, Sealer } from "../../src/seal/sealer.js";

/** A sealer that seals nothing: what lies in the store is a name that never repeats, and the value is kept here. All processes of a run share one. */
export interface Vault extends Sealer {
  /** What was sealed, for those who watch. */
  look(sealed: string | null): unknown;
}

interface Held {
  readonly purpose: Purpose;
  readonly storeKey: string;
  readonly value: unknown;
}

const corrupt: Opened = { kind: "corrupt" };

export function createVault(): Vault {
  const held = new Map<string, Held>();
  return {
    async seal(purpose, storeKey, value) {
      const sealed = `sealed-${held.size + 1}`;
      held.set(sealed, { purpose, storeKey, value });
      return sealed;
    },
    async open(purpose, storeKey, sealed) {
      const found = held.get(sealed);
      if (found === undefined || found.purpose !== purpose || found.storeKey !== storeKey) return corrupt;
      return { kind: "opened", value: found.value, current: true };
    },
    look: (sealed) => (sealed === null ? null : (held.get(sealed)?.value ?? null)),
  };
}
