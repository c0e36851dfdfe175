/** The public scopes and what each lets an app do, as the consent page says it. */
export const scopes = {
  "app-remote-control": "Control the Spotify app on this phone.",
  "playlist-modify-private": "Create and edit your private playlists.",
  "playlist-modify-public": "Create and edit your public playlists, and follow or unfollow playlists.",
  "playlist-read-collaborative": "See the collaborative playlists you take part in.",
  "playlist-read-private": "See your private playlists.",
  streaming: "Play music in the browser. You need Premium.",
  "ugc-image-upload": "Upload pictures for you, such as playlist covers.",
  "user-follow-modify": "Follow and unfollow artists and people for you.",
  "user-follow-read": "See which artists and people you follow.",
  "user-library-modify": "Add to and remove from your library.",
  "user-library-read": "See what you have saved in your library.",
  "user-modify-playback-state": "Control what plays on your devices: play, pause, skip, seek, volume, queue. You need Premium.",
  "user-read-currently-playing": "See what is playing now, and your queue.",
  "user-read-email": "See your e-mail address.",
  "user-read-playback-position": "See how far you got in episodes and audiobooks.",
  "user-read-playback-state": "See what is playing and on which of your devices.",
  "user-read-private": "See your country, your plan and your setting for explicit content.",
  "user-read-recently-played": "See what you played recently.",
  "user-top-read": "See your top artists and tracks.",
} as const;

/** A scope by its name. */
export type Scope = keyof typeof scopes;

/** Whether Spotify would let an ordinary app ask for this. Withdrawn and partner scopes are `Illegal scope`. */
export function isScope(name: string): name is Scope {
  return Object.hasOwn(scopes, name);
}

/** Granted scopes in an order other than the one they were asked in, as Spotify answers. */
export function inAnotherOrder(granted: readonly string[]): readonly string[] {
  const sorted = granted.toSorted();
  return sorted.some((scope, index) => scope !== granted[index]) ? sorted : sorted.toReversed();
}
