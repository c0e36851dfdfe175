import { digest } from "./credentials.js";

/** A stable id in Spotify's shape: 22 letters and digits. */
export function idOf(kind: string, number: number): string {
  return digest(`${kind} ${number}`).replaceAll(/[-_]/g, "").slice(0, 22).padEnd(22, "0");
}

/** Objects as the Web API shows them, of music that nobody made. `id` is what was asked for, or the one of the `number`th in the catalogue. */
export function artist(number: number, id: string = idOf("artist", number)): object {
  return {
    ...named("artist", pick(artists, number), id),
    genres: ["invented"],
    popularity: 40 + (number % 50),
    followers: { href: null, total: 1000 + number },
    images: [],
  };
}

export function album(number: number, id: string = idOf("album", number)): object {
  return {
    ...named("album", pick(albums, number), id),
    album_type: "album",
    artists: [named("artist", pick(artists, number), idOf("artist", number))],
    release_date: `20${10 + (number % 15)}-05-0${1 + (number % 9)}`,
    release_date_precision: "day",
    total_tracks: 9,
    images: [],
  };
}

export function track(number: number, id: string = idOf("track", number)): Track {
  return {
    ...named("track", pick(titles, number), id),
    album: album(number),
    artists: [named("artist", pick(artists, number), idOf("artist", number))],
    duration_ms: 150_000 + (number % 12) * 11_000,
    explicit: false,
    disc_number: 1,
    track_number: 1 + (number % 9),
    is_local: false,
  };
}

export interface Track extends Named {
  readonly album: object;
  readonly artists: readonly Named[];
  readonly duration_ms: number;
  readonly explicit: boolean;
  readonly disc_number: number;
  readonly track_number: number;
  readonly is_local: boolean;
}

/** Shows, episodes, audiobooks and chapters. `resume_point` only where a scope unlocks it. */
export function spoken(kind: "show" | "episode" | "audiobook" | "chapter", number: number, withResumePoint: boolean, id: string = idOf(kind, number)): object {
  const resumable = kind === "episode" || kind === "chapter";
  return {
    ...named(kind, `${pick(titles, number)}, read aloud`, id),
    description: "Spoken by nobody in particular.",
    languages: ["en"],
    images: [],
    explicit: false,
    ...(resumable ? { duration_ms: 1_500_000, release_date: "2026-01-15" } : { publisher: "Nobody & Daughters", total_episodes: 12 }),
    ...(resumable && withResumePoint ? { resume_point: { fully_played: false, resume_position_ms: 420_000 } } : {}),
  };
}

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly uri: string;
  readonly href: string;
  readonly external_urls: { readonly spotify: string };
}

/** What every object has. */
export function named(type: string, name: string, id: string): Named {
  const external = { spotify: `https://open.spotify.com/${type}/${id}` };
  return { id, name, type, uri: `spotify:${type}:${id}`, href: `https://api.spotify.com/v1/${type}s/${id}`, external_urls: external };
}

const artists = ["The Paper Lanterns", "Ida Mossgreen", "Quiet Ferry", "North of Tuesday", "Salt & Cello", "Orla Vantongeren"];
const albums = ["Harbour Lights Off", "Small Weather", "A House of Doors", "Late Bread", "Seven Umbrellas"];
const titles = [
  "Half a Moon",
  "Postcard Rain",
  "Copper Wire",
  "The Long Stairs",
  "Salt Window",
  "Nobody's Bicycle",
  "Under the Viaduct",
  "Slow Lemon",
  "Tin Roof",
];

function pick(from: readonly string[], number: number): string {
  return from[number % from.length] ?? "";
}
