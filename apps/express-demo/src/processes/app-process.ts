import { followingClock } from "demo-kit/file-clock";
import { listen } from "demo-kit/listen";
import { signInScopes } from "demo-kit/start-demo";
import { createServer } from "node:http";
import { loginOn } from "../mode.js";
import { openStore } from "./store-place.js";

/** How the app of one process is set up: the one argument of this program, as JSON. */
export interface AppSettings {
  readonly number: number;
  /** Where browsers find the app. */
  readonly origin: string;
  readonly emulatorUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly secret: string;
  /** Of the store. */
  readonly address: string;
  /** The file of the clock that the first process leads. */
  readonly clock: string;
}

const { number, origin, emulatorUrl, address, clock: clockFile, ...client } = JSON.parse(process.argv[2] ?? "") as AppSettings;

/** Spotify is told which process asks, so that its page can say so. */
const named: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set("user-agent", `process ${number}`);
  return fetch(input, { ...init, headers });
};

const { store, end } = await openStore(address);
const clock = {
  ...followingClock(clockFile),
  advance() {
    throw new Error("Only the first process moves the clock.");
  },
};
const server = createServer();
const port = await listen(server, [0]);
const { close } = loginOn(
  {
    server,
    origin,
    options: { ...client, scopes: signInScopes, emulatorUrl, clock, fetch: named },
    database: address,
    clock,
    emulator: undefined,
    emulated: true,
    spotify: emulatorUrl,
    log: console.error,
  },
  store,
);

// Ctrl-C reaches the whole group; the first process decides when this one ends, and by its own end at the latest.
process.on("SIGINT", () => undefined);
process.once("disconnect", () => void close().then(end));
process.send?.(port);
