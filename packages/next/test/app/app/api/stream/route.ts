import { withSpotify } from "../../../lib/spotify";

export const GET = withSpotify((_request, { spotify }) => {
  const parts = [spotify.user.id, " ", "members only"];
  const body = new ReadableStream<string>({
    pull(controller) {
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), { status: 203, headers: { "cache-control": "public, max-age=60", "x-own": "yes" } });
});
