import type { SpotifyAuth } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";

/** Signs users in and returns their Cookie headers. */
export async function signInMany(auth: SpotifyAuth, count: number, prefix = "user"): Promise<readonly string[]> {
  const cookies: string[] = [];
  for (let user = 0; user < count; user += 1) cookies.push(await signInAs(auth, { user: `${prefix}-${user}`, scopes: ["user-read-private", "user-top-read"] }));
  return cookies;
}
