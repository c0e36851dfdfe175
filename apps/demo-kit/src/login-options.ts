import type { SpotifyAuthOptions } from "@refrain/core";
import { libraryPage } from "./pages/library-page.js";
import { contentSecurityPolicy } from "./security-headers.js";
import type { Stage } from "./start-demo.js";

const dayMs = 86_400_000;
// The usual 30 days would end with the first button that moves the clock by months. Before the real Spotify there is no such button.
const sessionOverMonths = { absoluteMs: 400 * dayMs, idleMs: 400 * dayMs };

/** For an app whose login is Spotify: how it is reached, and the library's pages in the demo's frame. The store is missing. */
export function loginOptions({
  options,
  emulator,
  emulated = emulator !== undefined,
  spotify,
}: Pick<Stage, "options" | "emulator" | "emulated" | "spotify">): SpotifyAuthOptions<unknown> & { readonly pages: object } {
  return {
    ...options,
    ...(emulated ? { session: sessionOverMonths } : {}),
    pages: { error: libraryPage(emulated, contentSecurityPolicy(spotify)) },
  };
}
