import { getSpotify } from "../../../lib/spotify";

export async function GET(): Promise<Response> {
  const spotify = await getSpotify();
  // Of a route handler's own answer nobody but the handler says who may keep it.
  return Response.json({ user: spotify?.user.id ?? null }, { headers: { "cache-control": "private, no-store" } });
}
