import type { Stage } from "demo-kit/start-demo";

/** The provider of what the app is made with: its clock, its origin, the local Spotify if one stands in. */
export const STAGE: symbol = Symbol("stage");

export type { Stage };
