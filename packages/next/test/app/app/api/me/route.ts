import { withSpotify } from "../../../lib/spotify";

export const GET = withSpotify(async (_request, { spotify }) => Response.json(await spotify.json("/v1/me")));
