import { createSpotify } from "@refrain/next";
import { options } from "./options";

export const { handlers, withSpotify, getSpotify, proxy, check } = createSpotify(options);
