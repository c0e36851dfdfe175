import type { SpotifyAuthOptions } from "@refrain/core";
import type { IncomingMessage } from "node:http";

/**
 * How {@link createSpotify} is set up: as `SpotifyAuth`. The option `subject` takes the request in the Pages Router, and `undefined` elsewhere: there it reads what it
 * needs from `next/headers`, which the Pages Router does not have.
 */
export type SpotifyOptions = SpotifyAuthOptions<IncomingMessage | undefined>;
