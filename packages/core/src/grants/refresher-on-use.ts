import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import { loadOnce } from "../load-once.js";
import type { Refresher, RefresherContext } from "./refresher.js";

/** The refresher, loaded with the first refresh: whoever only reads sessions never pays for it. What cannot be loaded sends nothing, and is tried anew. */
export function refresherOnUse(context: RefresherContext): Refresher {
  let loaded: Refresher | undefined;
  let closing = false;

  async function open(): Promise<Refresher> {
    const module = await loadRefresher().catch(() => null);
    if (module === null) throw new TemporarilyUnavailable("spotify", 1_000);
    return (loaded ??= module.createRefresher(context));
  }

  return {
    async refresh(...refresh) {
      // Whoever has waited for a place until the process is about to end has waited in vain.
      if (closing) throw new TemporarilyUnavailable("closing", 1_000);
      await (loaded ?? (await open())).refresh(...refresh);
    },
    mayHold: (key, grant) => loaded?.mayHold(key, grant) === true,
    pausedUntil: () => loaded?.pausedUntil() ?? 0,
    unstored: () => loaded?.unstored() ?? [],
    async close() {
      closing = true;
      // One that is still being loaded has a refresh waiting for it.
      const refresher = await open().catch(() => null);
      await refresher?.close();
    },
  };
}

/** Once for the whole process. */
export const loadRefresher: () => Promise<typeof import("./refresher.js")> = loadOnce(() => import("./refresher.js"));
