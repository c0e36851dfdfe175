import { SpotifyAuthError, type GrantStatus, type OnSignIn, type SpotifyClient } from "@refrain/core";
import { readName } from "demo-kit/music";
import type { Users } from "./users.js";

/**
 * What this app does when Spotify was linked to an account: notes whose it is, and says no to a Spotify account that another user has. Two users of one Spotify account
 * would play on each other's devices.
 *
 * @param statusOf How the link of a user stands, by the user's id.
 */
export function acceptLink(users: Users, statusOf: (userId: string) => Promise<GrantStatus>): OnSignIn {
  return async ({ id, spotifyId }, client, { subject }) => {
    if (subject === null) throw new Error("Spotify is linked to an account, and there is none.");
    const holder = users.holderOf(id);
    // What the app has noted may be older than what the library knows.
    if (holder !== null && holder.id !== subject && (await statusOf(holder.id)).phase === "signedOut") users.unlink(holder.id);

    const name = (await displayName(client)) ?? spotifyId;
    if (users.link(subject, { id, name })) return;
    // A link that was there before is gone with the one that is refused.
    users.unlink(subject);
    return {
      title: "This Spotify account belongs to someone else here",
      advice: "It is linked to another account of this app. If that one is yours too, sign in to it and unlink Spotify there. Or link another Spotify account.",
      action: { label: "Back to your account", href: "/" },
    };
  };
}

/** A name is nice to have, and no reason to refuse a link. */
async function displayName(client: SpotifyClient): Promise<string | null> {
  try {
    return readName(await client.json<unknown>("/v1/me"));
  } catch (error) {
    if (error instanceof SpotifyAuthError) return null;
    throw error;
  }
}
