import type { SpotifyAuth, SpotifySession } from "@refrain/core";
import type { Caller } from "./callers/caller.js";

/** What a guard knows about a request. Whoever comes after it asks no second time. */
export interface Visit {
  /** Who sent it, `null` for nobody. The first to look reads the store, and keeps the answer private: see {@link Caller.keepPrivate}. */
  session(): Promise<SpotifySession | null>;
}

const visits = new WeakMap<object, { readonly call: object; readonly visit: Visit }>();

/** The visit of a request, `undefined` when no guard saw it. */
export function visitOf({ key }: Caller): Visit | undefined {
  return visits.get(key)?.visit;
}

/** The visit of a request, begun if no guard came before. */
export function beginVisit(auth: SpotifyAuth, caller: Caller): Visit {
  const known = visits.get(caller.key);
  if (known?.call === caller.call) return known.visit;
  let session: Promise<SpotifySession | null> | undefined;
  const visit: Visit = { session: () => (session ??= look(auth, caller)) };
  visits.set(caller.key, { call: caller.call, visit });
  return visit;
}

async function look(auth: SpotifyAuth, caller: Caller): Promise<SpotifySession | null> {
  const { request } = caller;
  const session = await auth.session({ cookie: request.headers.cookie, subject: await auth.subjectOf(request) });
  caller.keepPrivate(auth, session);
  return session;
}
