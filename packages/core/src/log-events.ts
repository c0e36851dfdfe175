import type { Emitter, SpotifyAuthEvent, SpotifyAuthEvents } from "./events.js";

/** Where lines go: pino's shape, which `console` has too. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

type Level = keyof Logger;

/** One line per event: how serious it is, and what it says. The fields of a line are the event's own, and its name as `event`. */
export const eventLines: { readonly [Event in SpotifyAuthEvent]: readonly [level: Level, message: string] } = {
  signedIn: ["info", "a user signed in"],
  signInRefused: ["info", "the app refused a sign-in"],
  loginFailed: ["info", "a sign-in did not succeed"],
  signedOut: ["info", "a user signed out"],
  failureAnswered: ["warn", "a user was shown why something failed"],
  forgeryBlocked: ["warn", "a request that changes something came from a foreign page"],
  proxyDenied: ["warn", "a call of a script was denied"],
  refreshed: ["debug", "an access token was refreshed"],
  refreshFailed: ["warn", "a refresh brought no token"],
  misconfigured: ["error", "Spotify refuses the client itself"],
  reauthorizationRequired: ["info", "a user must consent again"],
  consentEnding: ["info", "a consent ends soon"],
  revocationFailed: ["warn", "Spotify did not confirm a revocation"],
  unreadableRecord: ["error", "a stored record cannot be read"],
  storeFailed: ["error", "the store failed or was late"],
  tokensNotStored: ["error", "new tokens are in memory only"],
};

/** Writes every event to the logger. */
export function logEvents(emitter: Pick<Emitter, "on">, logger: Logger): void {
  for (const [event, [level, message]] of Object.entries(eventLines) as [SpotifyAuthEvent, readonly [Level, string]][]) {
    emitter.on(event, (detail: SpotifyAuthEvents[SpotifyAuthEvent]) => logger[level]({ event, ...detail }, message));
  }
}
