import { createSpotify } from "@refrain/next";

export const runtime = "edge";
export const { GET } = createSpotify().handlers;
