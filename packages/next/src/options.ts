import type { SpotifyAuthOptions } from "@refrain/core";

/** How {@link createSpotify} is set up: as `SpotifyAuth`. The option `subject` takes no request; it reads what it needs from `next/headers`. */
export type SpotifyOptions = SpotifyAuthOptions<void>;
