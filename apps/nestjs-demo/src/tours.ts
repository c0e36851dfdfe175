import { loginSteps } from "demo-kit/walk/login-steps";
import type { Tour } from "demo-kit/walk/tour";
import { lookWhileAway } from "./away/away-steps.js";
import { looksFile } from "./away/looks.js";
import { followLive } from "./live/live-steps.js";
import { nestMode } from "./nest-mode.js";
import type { PlatformName } from "./platforms.js";

const tour = (platform: PlatformName): Tour => ({
  mode: nestMode(platform),
  steps: [
    ...loginSteps,
    ["The job looks what plays, as it does for whoever is away", lookWhileAway],
    ["A page follows what plays through the gateway, and is signed out from another browser", followLive],
  ],
  facts: ({ database }) => [`Platform   ${platform}`, `Looks      ${looksFile(database)}`],
});

export const tours: Readonly<Record<PlatformName, Tour>> = { express: tour("express"), fastify: tour("fastify") };
