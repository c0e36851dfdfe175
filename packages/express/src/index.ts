export { requireSpotify } from "./require-spotify.js";
export { spotifyAuth } from "./spotify-auth.js";
export { spotifyErrors } from "./spotify-errors.js";
export { type SpotifyHandler, type SpotifyRequest, withSpotify } from "./with-spotify.js";
