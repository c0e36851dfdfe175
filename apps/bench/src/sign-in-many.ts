import { memoryStore, type SpotifyAuth } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { openAuth } from "./auth.js";
import type { Row } from "./stores/row.js";

/** Signs users in and returns their Cookie headers. */
export async function signInMany(auth: SpotifyAuth, count: number, prefix = "user"): Promise<readonly string[]> {
  const cookies: string[] = [];
  for (let user = 0; user < count; user += 1) cookies.push(await signInAs(auth, { user: `${prefix}-${user}`, scopes: ["user-read-private", "user-top-read"] }));
  return cookies;
}

/** Users who are signed in, for a store that is filled with their grants. */
export interface SignedIn {
  readonly cookies: readonly string[];
  readonly rows: readonly Row[];
}

export async function signedIn(count: number): Promise<SignedIn> {
  const store = memoryStore();
  const cookies = await signInMany(openAuth(store), count);
  const rows: Row[] = [];
  for await (const key of store.keys?.() ?? []) rows.push([key, (await store.get(key)) ?? ""]);
  return { cookies, rows };
}
