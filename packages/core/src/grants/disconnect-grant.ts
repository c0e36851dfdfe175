import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Emitter } from "../events.js";
import { isGrant } from "../machine/grant.js";
import type { Revoke } from "../protocol/revocation-endpoint.js";
import type { Settings } from "../settings/settings.js";
import type { Engine, WaitUntil } from "./engine.js";
import { randomId } from "./identifiers.js";
import { reference } from "./records.js";

export interface DisconnectContext {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly emitter: Emitter;
  /** Asks Spotify to revoke a refresh token; `null` = is not asked. */
  readonly revoke: Revoke | null;
}

/** Erases a grant on every process at once; then, where that is wanted, asks Spotify to revoke its refresh token, which nobody waits for. */
export async function disconnectGrant({ settings, engine, emitter, revoke }: DisconnectContext, key: string, waitUntil?: WaitUntil): Promise<void> {
  const token = revoke === null ? null : await refreshTokenOf(engine, key);
  await engine.change(key, { type: "closed", id: randomId(), reason: "disconnect", keep: null, now: settings.clock.now() });
  emitter.emit("signedOut", { grant: reference(key), reason: "disconnect" });
  if (revoke === null || token === null) return;
  const asked = revoke(token)
    .catch(() => null)
    .then((status) => status === 200 || emitter.emit("revocationFailed", { grant: reference(key), status }));
  waitUntil?.(asked);
}

/** What cannot be read can be erased all the same. */
async function refreshTokenOf(engine: Engine, key: string): Promise<string | null> {
  try {
    const record = await engine.read(key, "store");
    return isGrant(record) ? record.refresh.token : null;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return null;
    throw error;
  }
}
