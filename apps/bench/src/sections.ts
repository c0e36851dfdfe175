import { expressRequests } from "./express-requests.js";
import { hotCalls } from "./hot-calls.js";
import { sizeOfIdleGrants } from "./idle-grants.js";
import { manyGrants } from "./many-grants.js";
import { manyProcesses } from "./many-processes.js";
import type { Measurement } from "./measurement.js";
import { comparePeers } from "./peers/section.js";
import { refreshRate } from "./refresh-rate.js";
import { sizes } from "./sizes.js";
import { startUp } from "./start-up.js";

/** @param quick Fewer rounds, and 100,000 grants instead of a million. */
type Section = (quick: boolean) => Promise<readonly Measurement[]>;

/** What there is to measure. Each runs in a process of its own, so that none lives with another's heap. */
export const sections: Readonly<Record<string, Section>> = {
  requests: expressRequests,
  processes: manyProcesses,
  calls: hotCalls,
  refreshes: refreshRate,
  start: startUp,
  sizes,
  idle: sizeOfIdleGrants,
  grants: manyGrants,
  peers: comparePeers,
};
