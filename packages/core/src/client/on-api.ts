import { ConfigurationError } from "../errors/configuration-error.js";

const realOrigin = "https://api.spotify.com";

/** The URL, if it is one the user's token may be sent to. */
export function onApi(given: string, apiOrigin: string): URL {
  // Links in Spotify's answers, such as the next page, name the real origin; with an emulator in its place they are followed there.
  const path = given.startsWith(`${realOrigin}/`) ? given.replace(realOrigin, apiOrigin) : given;
  const url = URL.canParse(path, apiOrigin) ? new URL(path, apiOrigin) : null;
  const safe =
    url !== null && url.origin === apiOrigin && url.username === "" && url.password === "" && (path.startsWith("/") || path.startsWith(`${apiOrigin}/`));
  if (safe) return url;
  throw new ConfigurationError(["path: access tokens are sent to Spotify's Web API only. Give a path that begins with /v1/."]);
}
