import { isScope } from "./scopes.js";
import { refreshBehaviours, type RefreshBehaviour } from "./refresh-behaviours.js";
import type { World } from "./world.js";

/** The user removes one app, or all of them, at account/apps. */
export function revokeApp(world: World, userId: string, clientId?: string): void {
  requireUser(world, userId);
  requireClient(world, clientId);
  world.grants.endAllOf(userId, clientId, "The user removed the app.");
  world.consents.forget(userId, clientId);
}

/** The user gets a new password, by choice or by force. Apps stay approved, so the next login need not ask. */
export function resetPassword(world: World, userId: string): void {
  requireUser(world, userId);
  world.grants.endAllOf(userId, undefined, "The user's password was reset.");
  world.consents.signOutEverywhere(userId);
}

/** Which grants lose scopes, and how soon. */
export interface Withdrawal {
  /** Only for this app. @defaultValue all apps */
  readonly clientId?: string;
  /** `true`: access tokens that were issued before lose them too. `false`: those keep theirs up to their hour. @defaultValue true */
  readonly atOnce?: boolean;
}

/** The user takes scopes back. Whichever app wants them again must ask again. */
export function withdrawScopes(world: World, userId: string, scopes: readonly string[], { clientId, atOnce = true }: Withdrawal = {}): void {
  requireUser(world, userId);
  requireClient(world, clientId);
  if (scopes.length === 0 || !scopes.every(isScope)) throw new TypeError("Scopes to withdraw are a list of at least one, each of them public.");
  world.consents.withdraw(userId, scopes, clientId);
  world.grants.withdraw(userId, scopes, clientId, atOnce);
}

export function switchBehaviour(world: World, kind: RefreshBehaviour): void {
  if (!refreshBehaviours.includes(kind)) throw new TypeError(`A refresh behaviour is one of ${refreshBehaviours.join(", ")}.`);
  world.behaviour = kind;
}

function requireClient(world: World, clientId: string | undefined): void {
  if (clientId !== undefined && !world.clients.has(clientId)) throw new TypeError("There is no such client.");
}

function requireUser(world: World, userId: string): void {
  if (!world.users.has(userId)) throw new TypeError("There is no such user.");
}
