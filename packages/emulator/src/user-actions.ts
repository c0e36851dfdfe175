import { refreshBehaviours, type RefreshBehaviour } from "./refresh-behaviours.js";
import type { World } from "./world.js";

/** The user removes one app, or all of them, at account/apps. */
export function revokeApp(world: World, userId: string, clientId?: string): void {
  requireUser(world, userId);
  if (clientId !== undefined && !world.clients.has(clientId)) throw new TypeError("There is no such client.");
  world.grants.endAllOf(userId, clientId, "The user removed the app.");
  world.consents.forget(userId, clientId);
}

/** The user gets a new password, by choice or by force. Apps stay approved, so the next login need not ask. */
export function resetPassword(world: World, userId: string): void {
  requireUser(world, userId);
  world.grants.endAllOf(userId, undefined, "The user's password was reset.");
  world.consents.signOutEverywhere(userId);
}

export function switchBehaviour(world: World, kind: RefreshBehaviour): void {
  if (!refreshBehaviours.includes(kind)) throw new TypeError(`A refresh behaviour is one of ${refreshBehaviours.join(", ")}.`);
  world.behaviour = kind;
}

function requireUser(world: World, userId: string): void {
  if (!world.users.has(userId)) throw new TypeError("There is no such user.");
}
