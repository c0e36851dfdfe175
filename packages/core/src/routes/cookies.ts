import { ConfigurationError } from "../errors/configuration-error.js";

/** A cookie to be set. All of ours are HttpOnly, SameSite=Lax, without Domain, and Secure on https. */
export interface Cookie {
  readonly name: string;
  /** Empty: the cookie is deleted, with the attributes it was set with. */
  readonly value: string;
  readonly maxAgeMs: number;
  readonly secure: boolean;
}

/** What a browser keeps of one cookie, name and value together: RFC 6265bis section 5.6. */
const longestCookie = 4096;

/**
 * The value of one of our cookies; `null` when there is none, when its value is nothing that we write, or when the name comes twice: then a sibling host has planted
 * one, and nobody can tell which.
 *
 * @param header The Cookie header.
 * @see RFC 6265 section 5.4: only SP and HTAB surround a pair. Trimming more would let `U+00A0 __Host-…` stand in for a name that browsers guard.
 */
export function readCookie(header: string | null | undefined, name: string): string | null {
  if (!header?.includes(name)) return null;
  let found: string | null = null;
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0 || trimmed(pair, 0, equals) !== name) continue;
    if (found !== null) return null;
    found = trimmed(pair, equals + 1, pair.length);
  }
  return found !== null && found.length <= longestCookie && /^[\w.-]+$/.test(found) ? found : null;
}

// By hand: a regular expression that looks for blanks at both ends tries them all against each other.
function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

/**
 * A Set-Cookie header.
 *
 * @throws {@link ConfigurationError} when browsers would drop the cookie for its size, which they do without a word.
 */
export function setCookie({ name, value, maxAgeMs, secure }: Cookie): string {
  if (name.length + value.length > longestCookie)
    throw new ConfigurationError(["A cookie is larger than the 4096 bytes that browsers keep: shorten cookieName."]);
  return `${name}=${value}; Max-Age=${Math.ceil(maxAgeMs / 1000)}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}
