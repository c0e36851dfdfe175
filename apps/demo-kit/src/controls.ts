import type { SpotifySession } from "@refrain/core";
import type { Emulator } from "@refrain/emulator";
import type { DemoClock } from "./demo-clock.js";

const agedMs = 120_000;
const fiveDaysMs = 5 * 86_400_000;
const aMomentMs = 1000;

/** What the buttons do that stand only before a local Spotify. */
export interface Controls {
  /** Does what the button of this name does for whoever pressed it. An unknown one does nothing. */
  press(button: string, session: SpotifySession | null): void;
  /** Whether a button broke the token endpoint. */
  tokenEndpointDown(): boolean;
}

/** They move the local Spotify's clock and ours, break its token endpoint, and take a permission back as the user could. */
export function createControls(emulator: Emulator, clock: DemoClock): Controls {
  let mend: (() => void) | undefined;
  const moveTo = (instant: number): void => clock.advance(instant - clock.now());

  function press(button: string, session: SpotifySession | null): void {
    if (button === "break") mend ??= emulator.fault({ on: "token", kind: "status", status: 503, body: "upstream connect error" });
    if (button === "mend") {
      mend?.();
      mend = undefined;
    }
    if (session === null) return;
    const { expiresAt, reauthorizeBy, user } = session;
    if (button === "age") moveTo(expiresAt - agedMs);
    if (button === "expire") moveTo(expiresAt + aMomentMs);
    if (button === "five-days") moveTo(reauthorizeBy - fiveDaysMs);
    if (button === "six-months") moveTo(reauthorizeBy + aMomentMs);
    if (button === "withdraw") emulator.withdrawScopes(user.spotifyId, ["user-read-currently-playing"]);
  }

  return {
    press,
    tokenEndpointDown: () => mend !== undefined,
  };
}
