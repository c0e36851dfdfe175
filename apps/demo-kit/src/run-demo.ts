import { parseArgs, type ParseArgsConfig } from "node:util";
import { ports, untilTold } from "./program.js";
import { startDemo, type Demo } from "./start-demo.js";
import { goOnTour, type Tour } from "./walk/tour.js";

/** What a demo's program takes beyond what all take. */
export interface Program {
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** @throws Error, in a sentence, when an option makes no sense. */
  choose(values: Readonly<Record<string, unknown>>): Tour;
}

/** The options that every such program takes: a part of its usage. */
export const commonUsage = `  --walk            walk through it: sign in, expire, break, recover, sign out; exit 1 at the first surprise
  --port N          listen on 127.0.0.1:N, 0 for any (default: 3000, or the next free one)
  --database FILE   keep the grants in this SQLite file; REFRAIN_SECRET must be set (default: a temporary one)

With SPOTIFY_CLIENT_ID it signs in at the real Spotify, else at a local emulator.`;

/** Runs a demo as a program: until it is told to stop, or with `--walk` through it. Sets the exit code. */
export async function runDemo(program: Program): Promise<void> {
  try {
    process.exitCode = await main(program);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

async function main({ usage, options, choose }: Program): Promise<number> {
  const { values } = parseArgs({
    options: { ...options, walk: { type: "boolean" }, port: { type: "string" }, database: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help === true) return say(usage);
  const tour = choose(values);
  if (values.walk === true) return (await goOnTour(tour, console.log)) ? 0 : 1;

  const { SPOTIFY_CLIENT_ID: clientId, SPOTIFY_REDIRECT_URI: redirectUri, REFRAIN_SECRET: secret, REFRAIN_EMULATOR_URL: origin } = process.env;
  const { port, database } = values as { readonly port?: string; readonly database?: string };
  if (database !== undefined && !secret) throw new Error("--database needs REFRAIN_SECRET: without it the next start could not open what this one stores.");
  const demo = await startDemo({
    ports: portsFor(port, clientId ? redirectUri : undefined),
    spotify: clientId ? { redirectUri: redirectUri || undefined, origin: origin || undefined } : { emulate: {} },
    mode: tour.mode,
    database,
    secret: secret || undefined,
  });
  announce(demo);
  for (const fact of tour.facts?.(demo) ?? []) say(fact);
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
