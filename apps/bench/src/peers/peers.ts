import type { Peer } from "./peer.js";

/** Everybody who is measured, ours first. Loaded one by one, so that an app's process holds nothing but its own library. */
export const peers: Readonly<Record<string, () => Promise<Peer>>> = {
  "refrain-memory": async () => (await import("./refrain.js")).refrainInMemory,
  "refrain-sqlite": async () => (await import("./refrain.js")).refrainOnSqlite,
  "refrain-redis": async () => (await import("./refrain.js")).refrainOnRedis,
  badgateway: async () => (await import("./badgateway.js")).badgateway,
  passport: async () => (await import("./passport.js")).passport,
  "passport-redis": async () => (await import("./passport.js")).passportOnRedis,
  "iron-session": async () => (await import("./iron-session.js")).ironSession,
  "express-openid-connect": async () => (await import("./express-openid-connect.js")).expressOpenidConnect,
  "auth-js": async () => (await import("./auth-js.js")).authJs,
  "better-auth": async () => (await import("./better-auth.js")).betterAuthPeer,
};

/** @throws RangeError when nobody has this name. */
export async function loadPeer(id: string): Promise<Peer> {
  const load = peers[id];
  if (load === undefined) throw new RangeError(`There is no peer ${id}.`);
  return await load();
}
