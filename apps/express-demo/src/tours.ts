import { loginSteps } from "demo-kit/walk/login-steps";
import type { Tour } from "demo-kit/walk/tour";
import { linkedMode, usersFile } from "./linked/linked-mode.js";
import { linkedSteps } from "./linked/linked-steps.js";
import { loginMode } from "./mode.js";

export const loginTour: Tour = { mode: loginMode, steps: loginSteps };
export const linkedTour: Tour = { mode: linkedMode, steps: linkedSteps, facts: ({ database }) => [`Users      ${usersFile(database)}`] };
