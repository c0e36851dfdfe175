import { ConfigurationError } from "../errors/configuration-error.js";
import type { Sealer } from "../seal/sealer.js";
import type { Records } from "./records.js";

/**
 * Whether the store can be read and holds records that these secrets open: one record that is nobody's tells of all.
 *
 * @throws {@link TemporarilyUnavailable} or {@link ConfigurationError}.
 */
export async function checkCanary(records: Records, sealer: Sealer, key: string): Promise<void> {
  const found = await records.ask("get", (store) => store.get(key));
  const opened = found === null ? null : await sealer.open("client", key, found);
  if (opened !== null && opened.kind !== "opened") {
    throw new ConfigurationError([
      "secret: what is in the store was sealed with another secret. Put the former secret behind the new one until all grants are sealed anew.",
    ]);
  }
  // Sealed anew like everything else, so that a former secret can be taken away in the end.
  if (opened?.current === true) return;
  const canary = await sealer.seal("client", key, { v: 1 });
  await records.ask("swap", (store) => store.swap(key, found, canary));
}
