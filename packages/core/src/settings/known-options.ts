import type { SpotifyAuthOptions } from "./options.js";

const known: Readonly<Record<keyof SpotifyAuthOptions, true>> = {
  clientId: true,
  clientSecret: true,
  redirectUri: true,
  scopes: true,
  secret: true,
  store: true,
  basePath: true,
  cookieName: true,
  session: true,
  returnTo: true,
  subject: true,
  renewConsent: true,
  revokeOnDisconnect: true,
  onSignIn: true,
  pages: true,
  logger: true,
  token: true,
  api: true,
  emulatorUrl: true,
  allowEmulator: true,
  timings: true,
  waitMs: true,
  storeDeadlineMs: true,
  maxRefreshes: true,
  fetch: true,
  clock: true,
  random: true,
};

/** Names options that nobody reads: a misspelt one would leave its value to the environment, or to a default, without a word. */
export function refuseUnknown(options: SpotifyAuthOptions, problems: string[]): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) problems.push(`There is no option ${JSON.stringify(name.slice(0, 60))}: look for a misspelling.`);
  }
}
