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
  let equals = -1;
  for (let start = 0, end = 0; start <= header.length; start = end + 1) {
    end = endOfPair(header, start);
    // Looked for once, however many pairs there are without one.
    if (equals < start) equals = header.indexOf("=", start);
    if (equals < 0) break;
    if (equals > end || !isName(header, start, equals, name)) continue;
    if (found !== null) return null;
    found = trimmed(header, equals + 1, end);
  }
  return found !== null && found.length <= longestCookie && /^[\w.-]+$/.test(found) ? found : null;
}

function endOfPair(header: string, start: number): number {
  const end = header.indexOf(";", start);
  return end < 0 ? header.length : end;
}

// In place: every request comes by here, and most of what it brings is other people's cookies.
function isName(header: string, start: number, end: number, name: string): boolean {
  const [from, to] = bounds(header, start, end);
  return to - from === name.length && header.startsWith(name, from);
}

function trimmed(text: string, start: number, end: number): string {
  const [from, to] = bounds(text, start, end);
  return text.slice(from, to);
}

// By hand: a regular expression that looks for blanks at both ends tries them all against each other.
function bounds(text: string, start: number, end: number): [from: number, to: number] {
  let [from, to] = [start, end];
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return [from, to];
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
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
