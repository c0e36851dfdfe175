const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]"]);

/**
 * A redirect URI that Spotify accepts and that this app can stand behind.
 *
 * @param problems Where each mistake is named.
 * @see https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
 * @see RFC 6749 section 3.1.2
 */
export function readRedirectUri(given: string | undefined, problems: string[]): URL | null {
  if (given === undefined) {
    problems.push(
      "redirectUri is missing: set SPOTIFY_REDIRECT_URI to the address registered in the developer dashboard, such as http://127.0.0.1:3000/auth/spotify/callback.",
    );
    return null;
  }
  if (!URL.canParse(given)) {
    problems.push("redirectUri is not an absolute URL: write it as https://your.app/auth/spotify/callback.");
    return null;
  }
  const url = new URL(given);
  const before = problems.length;
  if (url.username !== "" || url.password !== "") problems.push("redirectUri holds a user name or a password: remove it.");
  else problems.push(...problemsOf(url, given));
  return problems.length === before ? url : null;
}

function* problemsOf(url: URL, given: string): Generator<string> {
  if (url.hostname === "localhost") {
    yield "redirectUri names localhost, which Spotify refuses: write 127.0.0.1 in its place, here and in the developer dashboard, and open the app on 127.0.0.1 too.";
  } else if (url.protocol === "http:" && !loopback.has(url.hostname)) {
    yield "redirectUri uses http: Spotify accepts that with the literal 127.0.0.1 or [::1] only. Use https.";
  } else if (url.protocol !== "https:" && url.protocol !== "http:") {
    yield "redirectUri must begin with https://, or with http://127.0.0.1 or http://[::1].";
  }
  if (given.includes("#")) yield "redirectUri has a fragment: remove what begins with #.";
  if (given.includes("*")) yield "redirectUri has a wildcard: Spotify compares character by character, so name one address.";
  if (url.pathname === "/") yield "redirectUri needs a path of its own, such as /auth/spotify/callback: at the root it would take the place of the front page.";
  // What is sent must be what is registered: a spelling that URL parsing changes would be refused with "Invalid redirect URI".
  else if (url.href !== given && !given.includes("#"))
    yield `redirectUri is not in its plain form: write ${url.origin}${url.pathname}, here and in the developer dashboard.`;
}

/**
 * The origin of an emulator, without a trailing slash.
 *
 * @param problems Where each mistake is named.
 */
export function readEmulatorUrl(given: string, problems: string[]): string | null {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url !== null && url.protocol === "http:" && loopback.has(url.hostname) && (given === url.origin || given === `${url.origin}/`)) return url.origin;
  problems.push("emulatorUrl (REFRAIN_EMULATOR_URL) must be an origin on this machine and nothing more: http://127.0.0.1:<port>.");
  return null;
}
