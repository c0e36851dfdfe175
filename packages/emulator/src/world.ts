import { movableClock, type MovableClock } from "./clock.js";
import { type EmulatorClient } from "./clients.js";
import { Codes } from "./codes.js";
import { Consents } from "./consents.js";
import { Faults } from "./faults.js";
import { Grants } from "./grants.js";
import { RequestLog } from "./log.js";
import type { ResolvedOptions } from "./options.js";
import { Players } from "./players.js";
import { Playlists } from "./playlists.js";
import type { RefreshBehaviour } from "./refresh-behaviours.js";
import type { EmulatorUser } from "./users.js";

/** All state of one emulator. */
export interface World {
  readonly options: ResolvedOptions;
  readonly clock: MovableClock;
  readonly clients: ReadonlyMap<string, EmulatorClient>;
  readonly users: ReadonlyMap<string, EmulatorUser>;
  readonly log: RequestLog;
  readonly faults: Faults;
  /** Known once the server listens. */
  origin: string;
  behaviour: RefreshBehaviour;
  grants: Grants;
  codes: Codes;
  consents: Consents;
  players: Players;
  playlists: Playlists;
}

export function createWorld(options: ResolvedOptions): World {
  const clock = movableClock(options.now);
  return {
    options,
    clock,
    clients: new Map(options.clients.map((client) => [client.clientId, client])),
    users: new Map(options.users.map((user) => [user.id, user])),
    log: new RequestLog(() => clock.now()),
    faults: new Faults(options.random),
    origin: "",
    ...freshState(options, clock),
  };
}

/** Everything as it was at the start: no grants, no faults, an empty log, the base clock. */
export function resetWorld(world: World): void {
  world.faults.disarmAll();
  world.log.clear();
  world.clock.reset();
  Object.assign(world, freshState(world.options, world.clock));
}

function freshState(options: ResolvedOptions, clock: MovableClock): Pick<World, "behaviour" | "grants" | "codes" | "consents" | "players" | "playlists"> {
  return {
    behaviour: options.refresh,
    grants: new Grants({
      now: () => clock.now(),
      accessTokenLifetimeMs: options.accessTokenLifetimeMs,
      graceMs: options.refreshGraceMs,
      remembers: options.consentRenewal === "keeps",
    }),
    codes: new Codes(options.codeLifetimeMs),
    consents: new Consents(),
    players: new Players(),
    playlists: new Playlists(options.users),
  };
}
