import { empty, json, type Answer } from "./answer.js";
import { album, artist, idOf, spoken, track } from "./catalogue.js";
import { currentlyPlaying, devices, playbackState, press, queue, recentlyPlayed } from "./player-bodies.js";
import { changePlaylist, createPlaylist, playlistContents, playlistObject, playlistPage, publicPlaylists, refuseEdit } from "./playlist-bodies.js";
import { paging } from "./paging.js";
import { profile, publicProfile } from "./profile.js";
import type { Call } from "./web-api-call.js";
import { apiError, apiHeaders } from "./web-api-errors.js";

/** A plausible answer to a call that may be made. */
export function answerCall(call: Call): Answer {
  const special = bodies[`${call.method === "HEAD" ? "GET" : call.method} ${call.template}`];
  if (special !== undefined) return special(call);
  if (call.method === "GET" || call.method === "HEAD") return ok(read(call));
  return call.template.startsWith("/v1/me/player") ? empty(204, apiHeaders) : empty(200, apiHeaders);
}

const bodies: Readonly<Record<string, (call: Call) => Answer>> = {
  "GET /v1/me": (call) => ok(profile(call)),
  "GET /v1/users/{user_id}": (call) => publicProfile(call),
  "GET /v1/me/player": playbackState,
  "GET /v1/me/player/currently-playing": currentlyPlaying,
  "GET /v1/me/player/devices": devices,
  "GET /v1/me/player/queue": queue,
  "GET /v1/me/player/recently-played": recentlyPlayed,
  "PUT /v1/me/player/pause": press("pause"),
  "PUT /v1/me/player/play": press("play"),
  "POST /v1/me/player/next": press("next"),
  "POST /v1/me/player/previous": press("previous"),
  "PUT /v1/me/player/seek": press(),
  "PUT /v1/me/player/repeat": press(),
  "PUT /v1/me/player/shuffle": press(),
  "PUT /v1/me/player/volume": press(),
  "POST /v1/me/player/queue": press(),
  "GET /v1/me/top/{type}": top,
  "GET /v1/me/playlists": (call) => ok(playlistPage(call, call.token.user ?? "")),
  "GET /v1/users/{user_id}/playlists": (call) => ok(playlistPage(call, call.parameters["user_id"] ?? "")),
  "POST /v1/me/playlists": createPlaylist,
  "POST /v1/users/{user_id}/playlists": createPlaylist,
  "GET /v1/playlists/{playlist_id}": (call) => ok(playlistObject(call)),
  "PUT /v1/playlists/{playlist_id}": changePlaylist,
  "GET /v1/playlists/{playlist_id}/images": () => ok([]),
  "PUT /v1/playlists/{playlist_id}/images": (call) => refuseEdit(call) ?? empty(200, apiHeaders),
  "GET /v1/search": search,
  "GET /v1/markets": () => ok({ markets: ["DE", "NL", "SE"] }),
  "GET /v1/recommendations": () => ok({ seeds: [], tracks: [track(1), track(2), track(3)] }),
  "GET /v1/recommendations/available-genre-seeds": () => ok({ genres: ["invented"] }),
  "GET /v1/audio-analysis/{id}": () => ok({ meta: {}, track: { tempo: 96.5 }, bars: [], beats: [], sections: [], segments: [], tatums: [] }),
  "GET /v1/audio-features/{id}": (call) => ok(features(call.parameters["id"] ?? "")),
  "GET /v1/audio-features": (call) => ok({ audio_features: idsOf(call).map(features) }),
  "GET /v1/browse/categories/{category_id}": (call) => ok({ id: call.parameters["category_id"], name: "Invented", icons: [] }),
  "GET /v1/browse/categories": (call) => ok({ categories: paging(call.url, [{ id: "invented", name: "Invented", icons: [] }]) }),
  "GET /v1/browse/new-releases": (call) => ok({ albums: paging(call.url, several(album)) }),
  "GET /v1/browse/featured-playlists": (call) => ok({ message: "Nothing is featured.", playlists: paging(call.url, []) }),
  "GET /v1/browse/categories/{category_id}/playlists": (call) => ok({ playlists: paging(call.url, []) }),
  "GET /v1/artists/{id}/top-tracks": () => ok({ tracks: several(track) }),
  "GET /v1/artists/{id}/related-artists": () => ok({ artists: several(artist) }),
  "GET /v1/me/following": (call) => ok({ artists: { ...paging(call.url, several(artist)), cursors: { after: null } } }),
  ...Object.fromEntries(
    ["items", "tracks"].flatMap((name) => [
      [`GET /v1/playlists/{playlist_id}/${name}`, (call: Call) => playlistItems(call, name)],
      [`POST /v1/playlists/{playlist_id}/${name}`, (call: Call) => changeItems(call, ok({ snapshot_id: idOf("snapshot", 1) }, 201))],
      [`PUT /v1/playlists/{playlist_id}/${name}`, (call: Call) => changeItems(call, ok({ snapshot_id: idOf("snapshot", 2) }))],
      [`DELETE /v1/playlists/{playlist_id}/${name}`, (call: Call) => changeItems(call, ok({ snapshot_id: idOf("snapshot", 3) }))],
    ]),
  ),
};

/** What the path alone tells: `…/contains`, one object, several by id, or a page of a collection. */
function read(call: Call): unknown {
  const { template, parameters, url } = call;
  const ids = idsOf(call);
  if (template.endsWith("/contains")) return (ids.length > 0 ? ids : [""]).map((id) => id.length % 2 === 0);
  const collection = template.split("/").at(-1) ?? "";
  const kind = template.split("/")[2] ?? "";
  if (collection === "{id}") return object(kind, 0, call, parameters["id"]);
  if (template === `/v1/${kind}`) return { [kind]: ids.map((id, index) => object(kind, index, call, id)) };
  const items = Array.from({ length: 5 }, (_, index) => object(collection, index, call));
  return paging(url, template.startsWith("/v1/me/") ? items.map((item) => ({ added_at: "2026-02-03T18:20:00Z", [collection.slice(0, -1)]: item })) : items);
}

function object(collection: string, number: number, call: Call, id?: string): object {
  switch (collection) {
    case "albums":
      return album(number, id);
    case "artists":
      return artist(number, id);
    case "shows":
    case "episodes":
    case "audiobooks":
    case "chapters":
      return spoken(singular[collection], number, call.token.scopes.includes("user-read-playback-position"), id);
    default:
      return track(number, id);
  }
}

const singular = { shows: "show", episodes: "episode", audiobooks: "audiobook", chapters: "chapter" } as const;

function top(call: Call): Answer {
  const { type } = call.parameters;
  if (type !== "artists" && type !== "tracks") return apiError(400, "Invalid type");
  return ok(paging(call.url, type === "artists" ? several(artist) : several(track)));
}

const searchable = ["album", "artist", "playlist", "track", "show", "episode", "audiobook"];

function search(call: Call): Answer {
  const types = (call.url.searchParams.get("type") ?? "").split(",").filter((type) => type !== "");
  if (!call.url.searchParams.get("q")) return apiError(400, "No search query");
  if (types.length === 0) return apiError(400, "Missing parameter type");
  const unknown = types.find((type) => !searchable.includes(type));
  if (unknown !== undefined) return apiError(400, `Bad search type field ${unknown}`);
  const [fallback, most] = call.development ? [5, 10] : [20, 50];
  const limit = Number(call.url.searchParams.get("limit") ?? fallback);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= most)) return apiError(400, "Invalid limit");
  const found = (type: string): readonly object[] =>
    type === "playlist" ? publicPlaylists(call) : Array.from({ length: 9 }, (_, index) => object(`${type}s`, index, call));
  return ok(Object.fromEntries(types.map((type) => [`${type}s`, paging(call.url, found(type), fallback)])));
}

function playlistItems({ development, playlist, token, url }: Call, name: string): Answer {
  if (development && playlist?.owner !== token.user) return apiError(403, "Forbidden");
  return ok(playlistContents(playlist, name, url));
}

function changeItems(call: Call, changed: Answer): Answer {
  return call.playlist?.collaborative === true ? changed : (refuseEdit(call) ?? changed);
}

function features(id: string): object {
  return { id, type: "audio_features", tempo: 96.5, key: 4, mode: 1, danceability: 0.42, energy: 0.37, valence: 0.55, duration_ms: 184_000 };
}

function several<T>(make: (number: number) => T): readonly T[] {
  return Array.from({ length: 9 }, (_, number) => make(number));
}

function idsOf(call: Call): readonly string[] {
  const ids = call.url.searchParams.get("ids") ?? call.url.searchParams.get("uris") ?? "";
  return ids === "" ? [] : ids.split(",");
}

function ok(value: unknown, status = 200): Answer {
  return json(status, value, apiHeaders);
}
