import type { AddressInfo } from "node:net";
import { approveOverHttp, type Clicks } from "./approve.js";
import type { Authorization } from "./authorizations.js";
import type { Fault } from "./faults.js";
import type { GrantHistory } from "./grant-history.js";
import type { LogEntry } from "./log.js";
import { resolveOptions, type EmulatorOptions } from "./options.js";
import type { RefreshBehaviour } from "./refresh-behaviours.js";
import { createEmulatorServer } from "./server.js";
import { resetPassword, revokeApp, switchBehaviour, withdrawScopes, type Withdrawal } from "./user-actions.js";
import { createWorld, resetWorld } from "./world.js";

/** A running local Spotify. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`: serves `/authorize`, `/api/token`, `/oauth2/revoke/v1` if it is set to, `/v1/*`, the live page at `/` and the remote control under `/_emulator/`. */
  readonly origin: string;
  /** Every request, oldest first; at least the newest 100,000. Entries are filled in as requests proceed. */
  readonly log: readonly LogEntry[];
  /** Every grant there ever was, oldest first, as of now: what was issued, spent, revoked and when. */
  readonly history: readonly GrantHistory[];
  /** Every approval there ever was, oldest first: when, by whom, for what, with a click or without, and which grant came of it. */
  readonly authorizations: readonly Authorization[];
  /** Moves the clock forward, in milliseconds. @throws RangeError for anything but a finite number >= 0 */
  advance(ms: number): void;
  /** The emulator's clock, in Unix ms. */
  now(): number;
  /** From now on; tokens that are spent stay spent. */
  setRefreshBehaviour(kind: RefreshBehaviour): void;
  /** Lets something go wrong. Returns how to stop it, which also frees what hangs on it. Of several faults that fit a request the one armed first falls. */
  fault(fault: Fault): () => void;
  /** The user removes the app (or all apps) at account/apps: its refresh tokens die, access tokens live on up to their hour, and consent will be asked again. */
  revoke(userId: string, clientId?: string): void;
  /**
   * The user takes scopes back: from the next refresh on the answer's `scope` lacks them, and logins that want them ask again. Access tokens that were issued
   * before lose them at once, unless `atOnce` is false: the Web API then says `Insufficient client scope` or `Permissions missing`.
   *
   * @throws TypeError when there is no such user, client or scope
   */
  withdrawScopes(userId: string, scopes: readonly string[], withdrawal?: Withdrawal): void;
  /** The user gets a new password: all refresh tokens die and all browsers are signed out. */
  resetPassword(userId: string): void;
  /** Back to the start: no grants, no faults, an empty log, the base clock. */
  reset(): void;
  /** How many requests the token endpoint has received, counted on arrival. */
  tokenCalls(filter?: { readonly user?: string; readonly grantType?: string }): number;
  /**
   * Does over HTTP what a user's clicks do, and resolves to the redirect URL with `code` and `state`, or with `error=access_denied`.
   *
   * @throws Error when the emulator answers with a page instead, as for a redirect URI that is not registered, or for a silent approval that takes a click
   */
  approve(authorizeUrl: string | URL, options: Clicks): Promise<URL>;
  /** Stops: hanging requests end, connections close. */
  close(): Promise<void>;
}

/**
 * Starts a local Spotify on 127.0.0.1: accounts service, consent pages, Web API, faults, a movable clock.
 *
 * @throws RangeError or TypeError when an option makes no sense; the system's error when the port is taken
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = createWorld(resolveOptions(options));
  const server = createEmulatorServer(world);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(world.options.port, "127.0.0.1", resolve);
  });
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: world.origin,
    log: world.log.entries,
    get history() {
      return world.grants.history();
    },
    get authorizations() {
      return world.codes.authorizations();
    },
    advance: (ms) => world.clock.advance(ms),
    now: () => world.clock.now(),
    setRefreshBehaviour: (kind) => switchBehaviour(world, kind),
    fault: (fault) => world.faults.arm(fault).disarm,
    revoke: (userId, clientId) => revokeApp(world, userId, clientId),
    withdrawScopes: (userId, scopes, withdrawal) => withdrawScopes(world, userId, scopes, withdrawal),
    resetPassword: (userId) => resetPassword(world, userId),
    reset: () => resetWorld(world),
    tokenCalls: (filter) => world.log.tokenCalls(filter),
    approve: (authorizeUrl, clicks) => approveOverHttp(world.origin, authorizeUrl, clicks),
    async close() {
      world.faults.disarmAll();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
