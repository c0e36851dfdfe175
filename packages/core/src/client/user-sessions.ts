import type { Emitter } from "../events.js";
import type { Engine } from "../grants/engine.js";
import { randomId } from "../grants/identifiers.js";
import { reference } from "../grants/records.js";
import { isGrant } from "../machine/grant.js";
import { isLiving } from "../machine/sessions.js";
import type { Settings } from "../settings/settings.js";
import type { SessionInfo, SpotifyAuth } from "../spotify-auth.js";
import { publicId, Session } from "./session.js";

export interface UserSessionsContext {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly emitter: Emitter;
}

type Which = Parameters<SpotifyAuth["signOut"]>[1];

/** The living sessions of the user whose grant lies under `key`, the one seen last first. */
export async function sessionsOf({ settings, engine }: UserSessionsContext, key: string): Promise<readonly SessionInfo[]> {
  const { clock, timings } = settings;
  const record = await engine.read(key, "store");
  if (!isGrant(record)) return [];
  const now = clock.now();
  return record.sessions
    .filter((session) => isLiving(session, now, timings))
    .toSorted((one, other) => other.seenAt - one.seenAt)
    .map(({ id, createdAt, seenAt, expiresAt }) => ({ id: publicId(id), createdAt, seenAt, expiresAt }));
}

/** Ends all sessions of the user whose grant lies under `key`, all but one, or only one. */
export async function endSessions(context: UserSessionsContext, key: string, { keep, only }: Which = {}): Promise<void> {
  if (only !== undefined) return endSession(context, key, only);
  const kept = keep === undefined ? null : Session.authenticated(keep);
  // The app's own session is none of ours: beside it there is nothing to end.
  if (kept?.sessionId === null) return;
  const { settings, engine, emitter } = context;
  await engine.change(key, { type: "closed", id: randomId(), reason: "signOut", keep: kept?.sessionId ?? null, now: settings.clock.now() });
  emitter.emit("signedOut", { grant: reference(key), reason: "signOut" });
}

async function endSession({ settings, engine, emitter }: UserSessionsContext, key: string, only: string): Promise<void> {
  const now = settings.clock.now();
  const record = await engine.read(key, "store");
  const session = isGrant(record) ? record.sessions.find(({ id }) => publicId(id) === only) : undefined;
  if (session === undefined) return;
  await engine.change(key, { type: "signedOut", session: session.id, now, timings: settings.timings });
  emitter.emit("signedOut", { grant: reference(key), reason: "logout" });
}
