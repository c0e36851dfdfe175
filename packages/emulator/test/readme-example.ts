import { startEmulator } from "../src/index.js";

const emulator = await startEmulator({ refresh: "strict" });

// Your app's login would send the browser here; approve() does what the user's clicks do.
const url = new URL("/authorize", emulator.origin);
url.search = new URLSearchParams({
  client_id: "emulator-client",
  response_type: "code",
  redirect_uri: "http://127.0.0.1:3000/callback",
  scope: "user-top-read",
  state: "s",
}).toString();
const callback = await emulator.approve(url, { user: "mira" });

// The server rotates the refresh token, but nobody hears of it.
const disarm = emulator.fault({ on: "token", kind: "answer-lost", times: 1, user: "mira" });
disarm();

emulator.advance(60 * 60 * 1000); // an hour later the access tokens are dead
emulator.revoke("mira"); // and then the user removes the app

export const received: boolean = callback.searchParams.has("code");
export const calls: number = emulator.tokenCalls({ user: "mira" });
await emulator.close();
