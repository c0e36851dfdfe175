// Lists of what passes, not of what is stopped: cookies, credentials, forwarding and CORS headers, and those not yet invented, stay on their side.
const toSpotify = ["accept", "accept-language", "content-type", "if-none-match"];
const toBrowser = ["content-type", "etag", "retry-after"];

/** What Spotify learns of the browser's request. The length goes along with a body: not every server takes one of unknown length. */
export function headersToSpotify(headers: Headers, hasBody: boolean): Headers {
  return picked(headers, hasBody ? [...toSpotify, "content-length"] : toSpotify);
}

/** What the browser learns of Spotify's answer. Its length and encoding are gone: `fetch` has decoded the body. */
export function headersToBrowser(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(picked(headers, toBrowser));
}

function picked(headers: Headers, names: readonly string[]): Headers {
  const found = new Headers();
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) found.set(name, value);
  }
  return found;
}
