import { ports, untilTold } from "demo-kit/program";
import { parseArgs } from "node:util";
import { linkedMode, usersFile } from "./linked/linked-mode.js";
import { linkedSteps } from "./linked/linked-steps.js";
import { loginMode } from "./mode.js";
import { startDemo, type Demo } from "./start-demo.js";
import { walk } from "./walk.js";
import { steps } from "./walk-steps.js";

const usage = `Usage: npm run demo -- [options]

  --linked          an app with users of its own, who link Spotify to their accounts (default: Spotify is the login)
  --walk            walk through it: sign in, expire, break, recover, sign out; exit 1 at the first surprise
  --port N          listen on 127.0.0.1:N, 0 for any (default: 3000, or the next free one)
  --database FILE   keep the grants in this SQLite file; REFRAIN_SECRET must be set (default: a temporary one)

With SPOTIFY_CLIENT_ID it signs in at the real Spotify, else at a local emulator.`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { linked: { type: "boolean" }, walk: { type: "boolean" }, port: { type: "string" }, database: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help === true) return say(usage);
  const tour = values.linked === true ? { mode: linkedMode, steps: linkedSteps } : { mode: loginMode, steps };
  if (values.walk === true) return (await walk(console.log, undefined, tour)) ? 0 : 1;

  const { SPOTIFY_CLIENT_ID: clientId, SPOTIFY_REDIRECT_URI: redirectUri, REFRAIN_SECRET: secret, REFRAIN_EMULATOR_URL: origin } = process.env;
  if (values.database !== undefined && !secret)
    throw new Error("--database needs REFRAIN_SECRET: without it the next start could not open what this one stores.");
  const demo = await startDemo({
    ports: portsFor(values.port, clientId ? redirectUri : undefined),
    spotify: clientId ? { redirectUri: redirectUri || undefined, origin: origin || undefined } : { emulate: {} },
    mode: tour.mode,
    database: values.database,
    secret: secret || undefined,
  });
  announce(demo);
  if (values.linked === true) say(`Users      ${usersFile(demo.database)}`);
  say("Ctrl-C stops everything.");
  await untilTold();
  say("\nStopping.");
  await demo.close();
  return 0;
}

/** The port is the user's choice, else what a registered loopback redirect URI says, else 3000 or one of the next. */
function portsFor(chosen: string | undefined, redirectUri: string | undefined): readonly number[] {
  const registered = redirectUri !== undefined && URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  if (chosen === undefined && registered?.protocol === "http:" && registered.port !== "") return [Number(registered.port)];
  return ports(chosen);
}

function announce({ origin, address, emulator, database }: Demo): void {
  say(`Demo       ${origin}`);
  if (address !== origin) say(`Listening  ${address}`);
  say(
    emulator === undefined ? `Spotify    the real one; ${origin}/auth/spotify/callback must be registered in its dashboard` : `Emulator   ${emulator.origin}`,
  );
  say(`Grants     ${database}`);
}

function say(line: string): 0 {
  console.log(line);
  return 0;
}
