import { withSpotify } from "../../../../lib/spotify";

export const POST = withSpotify<RouteContext<"/api/top/[id]">>(
  async (request, { spotify, params }) => {
    const { id } = await params;
    const same: string = id;
    return Response.json({ id: same, user: spotify.user.id, sent: await request.text() });
  },
  { scopes: ["user-top-read"] },
);

export const GET = withSpotify<RouteContext<"/api/top/[id]">>(async () => Response.json("never"), { scopes: ["user-read-email"] });
