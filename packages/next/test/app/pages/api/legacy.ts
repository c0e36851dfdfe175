import { withSpotifyApi } from "../../lib/spotify-pages";

export default withSpotifyApi((_request, response, { spotify }) => response.json({ user: spotify.user.id, for: "members only" }));
