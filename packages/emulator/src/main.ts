import { parseArgs } from "node:util";
import { consentRenewals, type ConsentRenewal } from "./consent-renewals.js";
import { startEmulator } from "./emulator.js";
import { refreshBehaviours, type RefreshBehaviour } from "./refresh-behaviours.js";

const usage = `Usage: node main.js [--port 8888] [--refresh ${refreshBehaviours.join("|")}] [--auto-consent <user>]
  [--consent-renewal ${consentRenewals.join("|")}] [--revocation] [--redirect-uri <uri>]…

Starts a local Spotify on 127.0.0.1, and nowhere else.
`;

try {
  await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : "The emulator did not start."}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: "boolean", short: "h", default: false },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "8888" },
      refresh: { type: "string", default: "non-rotating" },
      "auto-consent": { type: "string" },
      "consent-renewal": { type: "string", default: "restarts" },
      revocation: { type: "boolean", default: false },
      "redirect-uri": { type: "string", multiple: true, default: [] },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  if (values.host !== "127.0.0.1") throw new RangeError("The emulator binds 127.0.0.1 only: it hands out tokens to whoever asks.");
  const redirectUris = values["redirect-uri"];
  const client = { clientId: "emulator-client", clientSecret: "emulator-secret", name: "Example app" };
  const autoConsent = values["auto-consent"];
  const emulator = await startEmulator({
    port: Number(values.port),
    refresh: values.refresh as RefreshBehaviour,
    consentRenewal: values["consent-renewal"] as ConsentRenewal,
    revocation: values.revocation,
    ...(redirectUris.length > 0 ? { clients: [{ ...client, redirectUris }] } : {}),
    ...(autoConsent === undefined ? {} : { autoConsent }),
  });
  process.stdout.write(`A local Spotify is at ${emulator.origin} (client id emulator-client, secret emulator-secret).\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void emulator.close());
}
