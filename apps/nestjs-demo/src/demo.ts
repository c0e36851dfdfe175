import { commonUsage, runDemo } from "demo-kit/run-demo";
import { platforms } from "./platforms.js";
import { tours } from "./tours.js";

const usage = `Usage: npm run demo -- --app nestjs [options]

  --platform NAME   express or fastify (default: express)
${commonUsage}`;

await runDemo({
  usage,
  options: { platform: { type: "string" } },
  choose({ platform = "express" }) {
    if (platform !== "express" && platform !== "fastify") throw new Error(`--platform is one of ${Object.keys(platforms).join(", ")}.`);
    return tours[platform];
  },
});
