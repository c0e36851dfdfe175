import { spotify } from "../../../../lib/spotify";

export const { GET, HEAD, POST } = spotify.handlers;
