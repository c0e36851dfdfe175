import { spotify } from "../../../lib/spotify";

/** The top tracks as Spotify tells them: for scripts of this app. */
export const GET = spotify.withSpotify(async (_request, { spotify: client }) => Response.json(await client.json("/v1/me/top/tracks?limit=10")), {
  scopes: ["user-top-read"],
});
