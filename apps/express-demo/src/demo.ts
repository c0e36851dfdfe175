import { commonUsage, runDemo } from "demo-kit/run-demo";
import { asksForProcesses, processesUsage, runProcesses } from "./processes/run-processes.js";
import { loginTour, linkedTour } from "./tours.js";

const usage = `Usage: npm run demo -- [options]

  --linked          an app with users of its own, who link Spotify to their accounts (default: Spotify is the login)
${processesUsage}
${commonUsage}`;

if (asksForProcesses(process.argv.slice(2))) await runProcesses();
else await runDemo({ usage, options: { linked: { type: "boolean" } }, choose: ({ linked }) => (linked === true ? linkedTour : loginTour) });
