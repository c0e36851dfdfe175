import { createSpotifyPages } from "@refrain/next/pages";
import { options } from "./options";

export const { withSpotifyApi, withSpotifyPage } = createSpotifyPages(options);
