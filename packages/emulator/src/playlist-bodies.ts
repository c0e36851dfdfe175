import { empty, json, type Answer } from "./answer.js";
import { idOf, named, track } from "./catalogue.js";
import { paging } from "./paging.js";
import type { Playlist } from "./playlists.js";
import type { Call } from "./web-api-call.js";
import { apiError, apiHeaders } from "./web-api-errors.js";

/** One playlist with the first page of what is in it, if that may be seen; 404 was said before for an unknown one. */
export function playlistObject(call: Call): object {
  const { playlist, development, url } = call;
  if (playlist === null) return {};
  const object = shown(playlist, call);
  const name = development ? "items" : "tracks";
  return name in object ? { ...object, [name]: playlistContents(playlist, name, new URL(`/v1/playlists/${playlist.id}/${name}`, url)) } : object;
}

/** A page of what is in a playlist, in the words of `…/items` or `…/tracks`. */
export function playlistContents(playlist: Playlist | null, name: string, url: URL): object {
  const items = Array.from({ length: 9 }, (_, number) => ({
    added_at: "2026-02-03T18:20:00Z",
    added_by: { id: playlist?.owner },
    is_local: false,
    [name === "items" ? "item" : "track"]: track(number),
  }));
  return paging(url, items);
}

/** Everybody's public playlists. */
export function publicPlaylists(call: Call): readonly object[] {
  const all = [...call.world.users.keys()].flatMap((user) => call.world.playlists.of(user));
  return all.filter((playlist) => playlist.public).map((playlist) => shown(playlist, call));
}

/** Somebody's playlists: the scopes and whose they are decide which can be seen. */
export function playlistPage(call: Call, owner: string): object {
  const { scopes } = call.token;
  const visible = call.world.playlists
    .of(owner)
    .filter(
      (playlist) =>
        playlist.public || (owner === call.token.user && scopes.includes(playlist.collaborative ? "playlist-read-collaborative" : "playlist-read-private")),
    );
  return paging(
    call.url,
    visible.map((playlist) => shown(playlist, call)),
  );
}

export function createPlaylist(call: Call): Answer {
  const { name, description } = call.body;
  if (typeof name !== "string" || name === "") return apiError(400, "Missing required field: name");
  const owner = call.token.user ?? "";
  const addressed = call.parameters["user_id"];
  if (addressed !== undefined && addressed !== owner) return apiError(403, "You cannot create a playlist for another user");
  const settings = {
    name,
    description: typeof description === "string" ? description : "",
    public: call.body["public"] !== false,
    collaborative: call.body["collaborative"] === true,
  };
  return json(201, shown(call.world.playlists.create(owner, settings), call), apiHeaders);
}

const notTheirs = apiError(403, "You cannot edit a playlist you don't own");

/** The answer to those who do not own the playlist. */
export function refuseEdit({ playlist, token }: Call): Answer | null {
  return playlist?.owner === token.user ? null : notTheirs;
}

export function changePlaylist(call: Call): Answer {
  if (call.playlist === null || call.playlist.owner !== call.token.user) return notTheirs;
  const { name, description, public: visible, collaborative } = call.body;
  call.world.playlists.change(call.playlist, {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof visible === "boolean" ? { public: visible } : {}),
    ...(typeof collaborative === "boolean" ? { collaborative } : {}),
  });
  return empty(200, apiHeaders);
}

/** Since February 2026 development mode says `items` where it said `tracks`, and only for one's own. */
function shown(playlist: Playlist, { development, token }: Call): object {
  const contents = { href: `https://api.spotify.com/v1/playlists/${playlist.id}/items`, total: 9 };
  return {
    ...named("playlist", playlist.name, playlist.id),
    description: playlist.description,
    public: playlist.public,
    collaborative: playlist.collaborative,
    owner: { id: playlist.owner, type: "user", uri: `spotify:user:${playlist.owner}` },
    snapshot_id: idOf("snapshot", playlist.name.length),
    images: [],
    ...(development ? (playlist.owner === token.user ? { items: contents } : {}) : { tracks: contents }),
  };
}
