import { systemClock } from "../clock.js";
import { ConfigurationError } from "../errors/configuration-error.js";
import { isSpotifyScope, type SpotifyScope } from "../scopes.js";
import { checkSecret } from "../seal/secret.js";
import { memoryStore } from "../store/memory-store.js";
import type { Store } from "../store/store.js";
import { readBasePath } from "./base-path.js";
import { type Environment, processEnvironment } from "./environment.js";
import { refuseUnknown } from "./known-options.js";
import type { SpotifyAuthOptions } from "./options.js";
import { isOwnPath, readHooks } from "./read-hooks.js";
import { readApi } from "./read-api.js";
import { isWhole, readTimings } from "./read-timings.js";
import { readEmulatorUrl, readRedirectUri } from "./redirect-uri.js";
import type { Settings } from "./settings.js";

/**
 * The options, checked and completed: from code first, else from the environment.
 *
 * @param environment Where variables are read.
 * @throws {@link ConfigurationError} that names every mistake at once, with its remedy and never with the value of a secret.
 */
export function readSettings(options: SpotifyAuthOptions = {}, environment: Environment = processEnvironment): Settings {
  const problems: string[] = [];
  const warnings: string[] = [];
  const production = environment("NODE_ENV") === "production";
  const { clock = systemClock, fetch = globalThis.fetch.bind(globalThis), random = drawFromCrypto } = options;

  refuseUnknown(options, problems);
  const clientId = readClientId(options.clientId || environment("SPOTIFY_CLIENT_ID"), problems);
  const clientSecret = readClientSecret(options.clientSecret ?? environment("SPOTIFY_CLIENT_SECRET"), problems);
  const redirectUri = readRedirectUri(options.redirectUri || environment("SPOTIFY_REDIRECT_URI"), problems);
  const scopes = readScopes(options.scopes ?? words(environment("SPOTIFY_SCOPES")), problems);
  const secrets = readSecrets(options.secret ?? words(environment("REFRAIN_SECRET")), problems);
  const emulator = readEmulator(options, environment, production, problems);
  const store = readStore(options.store, problems) ?? standInStore(production, () => memoryStore({ clock }), problems, warnings);
  const paths = readBasePath(options.basePath, redirectUri?.pathname ?? "/auth/spotify/callback", problems);
  const cookieName = readCookieName(options.cookieName, redirectUri, problems);
  const { path: returnTo, allow: allowsReturn } = readReturnTo(options.returnTo ?? `${paths.prefix}/`, problems);
  const hooks = readHooks(options, problems);
  const token = readSwitch("token", options.token ?? false, problems);
  const api = readApi(options.api, problems);
  const timings = readTimings(options, problems);
  const waitMs = readLimit("waitMs", options.waitMs ?? 10_000, 60_000, problems);
  const storeDeadlineMs = readLimit("storeDeadlineMs", options.storeDeadlineMs ?? 2_000, 60_000, problems);
  const maxRefreshes = readLimit("maxRefreshes", options.maxRefreshes ?? 100, 10_000, problems);
  if (clientSecret === undefined && redirectUri?.protocol === "https:") {
    warnings.push("No client secret is set, so this is a public client. An app on a server has one: set SPOTIFY_CLIENT_SECRET.");
  }
  if (production && environment("NODE_TLS_REJECT_UNAUTHORIZED") === "0") {
    problems.push("NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of Spotify's certificate: unset it in production.");
  }

  if (problems.length > 0 || redirectUri === null) throw new ConfigurationError(problems);
  return {
    clientId,
    clientSecret,
    redirectUri,
    scopes,
    secrets,
    store,
    ...paths,
    cookieName,
    returnTo,
    allowsReturn,
    ...hooks,
    token,
    api,
    issuer: emulator ?? "https://accounts.spotify.com",
    apiOrigin: emulator ?? "https://api.spotify.com",
    timings,
    waitMs,
    storeDeadlineMs,
    maxRefreshes,
    fetch,
    clock,
    random,
    warnings,
  };
}

function readClientId(given: string | undefined, problems: string[]): string {
  if (given === undefined || given === "") problems.push("clientId is missing: set SPOTIFY_CLIENT_ID to the client id from the developer dashboard.");
  else if (!isPlain(given)) problems.push("clientId holds white space or a character that no client id has: copy it again from the developer dashboard.");
  return given ?? "";
}

function readClientSecret(given: string | undefined, problems: string[]): string | undefined {
  if (given === "") problems.push("clientSecret is empty: copy it from the developer dashboard, or leave it out for a public client.");
  else if (given !== undefined && !isPlain(given))
    problems.push("clientSecret holds white space or a control character: copy it again from the developer dashboard.");
  return given;
}

function readScopes(given: readonly string[], problems: string[]): readonly SpotifyScope[] {
  for (const scope of new Set(given)) {
    if (isSpotifyScope(scope)) continue;
    const gone = scope === "user-read-birthdate" ? "Spotify removed it in 2019" : "Spotify knows no such scope";
    problems.push(`scopes names ${JSON.stringify(scope.slice(0, 60))}: ${gone}. Take it out, or Spotify answers "Illegal scope".`);
  }
  return [...new Set(given)].filter(isSpotifyScope);
}

function readSecrets(given: string | readonly string[], problems: string[]): readonly string[] {
  const secrets = typeof given === "string" ? [given] : given;
  const faults = secrets.length === 0 ? [checkSecret("")] : secrets.map(checkSecret);
  for (const fault of new Set(faults)) if (fault !== null) problems.push(`secret (REFRAIN_SECRET): ${fault}`);
  return secrets;
}

function readEmulator(options: SpotifyAuthOptions, environment: Environment, production: boolean, problems: string[]): string | null {
  const given = options.emulatorUrl || environment("REFRAIN_EMULATOR_URL");
  if (given === undefined) return null;
  const allowed = options.allowEmulator ?? environment("REFRAIN_ALLOW_EMULATOR") === "1";
  if (production && !allowed)
    problems.push("emulatorUrl is set in production, where everyone could sign in as anyone: unset it, or set REFRAIN_ALLOW_EMULATOR=1 for a demonstration.");
  return readEmulatorUrl(given, problems);
}

function readStore(given: Store | undefined, problems: string[]): Store | undefined {
  const isStore = typeof given === "object" && typeof given.get === "function" && typeof given.swap === "function";
  if (given !== undefined && !isStore) problems.push('store is not a store: give what a function such as sqliteStore("grants.sqlite") returns.');
  return given;
}

function standInStore(production: boolean, open: () => Store, problems: string[], warnings: string[]): Store {
  if (production) problems.push("store is missing: in production grants must outlive the process. Give a store, such as sqliteStore of @refrain/sqlite.");
  else warnings.push("Refrain keeps grants in memory: everyone is signed out when this process ends. Give a store to keep them.");
  return open();
}

function readCookieName(given: string | undefined, redirectUri: URL | null, problems: string[]): string {
  const secure = redirectUri?.protocol === "https:";
  if (given === undefined) return secure ? "__Host-refrain" : `refrain-${redirectUri?.port || "80"}`;
  if (!/^[\w.-]{1,64}$/.test(given)) problems.push("cookieName must be 1 to 64 letters, digits and - . _ characters.");
  if (!secure && /^__(?:host|secure)-/i.test(given))
    problems.push("cookieName begins with a prefix that browsers accept on https only: choose another for http.");
  return given;
}

function readReturnTo(
  given: string | { path: string; allow: (path: string) => boolean },
  problems: string[],
): { path: string; allow: (path: string) => boolean } {
  const { path, allow } = typeof given === "string" ? { path: given, allow: () => true } : given;
  if (!isOwnPath(path)) problems.push("returnTo must be a path of this app that begins with one /.");
  if (typeof allow !== "function") problems.push("returnTo.allow must be a function that says whether a path may be returned to.");
  return { path, allow };
}

function readSwitch(name: string, given: boolean, problems: string[]): boolean {
  if (typeof given !== "boolean") problems.push(`${name} must be true or false.`);
  return given;
}

function readLimit(name: string, given: number, most: number, problems: string[]): number {
  if (!isWhole(given, 1, most)) problems.push(`${name} must be a whole number from 1 to ${most}.`);
  return given;
}

// Visible ASCII: RFC 6749 appendix A.1 and A.2 allow the space as well, and no id or secret of Spotify's has one.
function isPlain(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function words(text: string | undefined): readonly string[] {
  return text?.split(/\s+/).filter((word) => word !== "") ?? [];
}

function drawFromCrypto(): number {
  const [draw = 0] = crypto.getRandomValues(new Uint32Array(1));
  return draw / 2 ** 32;
}
