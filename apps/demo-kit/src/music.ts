/** A track or an episode, as far as the page shows it. */
export interface Track {
  readonly title: string;
  readonly by: string;
  readonly from: string;
  /** Its page on open.spotify.com, if it has one. */
  readonly link: string | null;
}

export interface Playing {
  readonly track: Track;
  readonly playing: boolean;
  readonly progressMs: number;
  readonly durationMs: number;
}

/** The name of `/v1/me`; Spotify may leave it out, the id never. */
export function readName(profile: unknown): string {
  return text(field(profile, "display_name")) || text(field(profile, "id")) || "someone without a name";
}

/** What `/v1/me/player/currently-playing` says; advertisements and silence have no item. */
export function readPlaying(state: unknown): Playing | null {
  const item = field(state, "item");
  if (!item) return null;
  const durationMs = number(field(item, "duration_ms"));
  return {
    track: readTrack(item),
    playing: field(state, "is_playing") === true,
    progressMs: Math.min(number(field(state, "progress_ms")), durationMs),
    durationMs,
  };
}

/** The page of `/v1/me/top/tracks`. */
export function readTracks(page: unknown, most = 5): readonly Track[] {
  return list(field(page, "items"))
    .slice(0, most)
    .map((item) => readTrack(item));
}

/** A track and when it was played. */
export interface Played {
  readonly track: Track;
  /** Unix ms; `null` where Spotify does not say. */
  readonly at: number | null;
}

/** The page of `/v1/me/player/recently-played`. */
export function readPlayed(page: unknown): readonly Played[] {
  return list(field(page, "items")).map((item) => {
    const at = Date.parse(text(field(item, "played_at")));
    return { track: readTrack(field(item, "track")), at: Number.isNaN(at) ? null : at };
  });
}

function readTrack(item: unknown): Track {
  const artists = list(field(item, "artists")).map((artist) => text(field(artist, "name")));
  const show = field(item, "show");
  return {
    title: text(field(item, "name")) || "Untitled",
    by: artists.join(", ") || text(field(show, "publisher")) || text(field(show, "name")),
    from: text(field(field(item, "album"), "name")) || text(field(show, "name")),
    link: linkOf(text(field(field(item, "external_urls"), "spotify"))),
  };
}

function linkOf(url: string): string | null {
  return url.startsWith("https://open.spotify.com/") ? url : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
