import { commonUsage, runDemo } from "demo-kit/run-demo";
import { loginTour, linkedTour } from "./tours.js";

const usage = `Usage: npm run demo -- [options]

  --linked          an app with users of its own, who link Spotify to their accounts (default: Spotify is the login)
${commonUsage}`;

await runDemo({ usage, options: { linked: { type: "boolean" } }, choose: ({ linked }) => (linked === true ? linkedTour : loginTour) });
