import type { Settings } from "../settings/settings.js";

/** A longer one would crowd out the other sign-ins that share the cookie. */
const longestReturnTo = 1024;

/**
 * The page to go to afterwards: a path of this origin in its plain form, with its query. Whatever else is asked for, `settings.returnTo`.
 *
 * @param asked Every value of the parameter; two are as good as none.
 * @see RFC 9700 section 4.11.1 on open redirectors
 */
export function returnPath(asked: readonly string[], settings: Settings): string {
  const [path] = asked;
  return path !== undefined && asked.length === 1 ? (samePath(path, settings) ?? settings.returnTo) : settings.returnTo;
}

/** A page of this origin as a path in its plain form, with its query; `null` = not one to come back to. */
export function samePath(asked: string, settings: Settings): string | null {
  const { origin } = settings.redirectUri;
  // What URL parsing repairs (backslashes, tabs, newlines) is refused before it is repaired: another parser may repair it differently.
  if (asked.length > longestReturnTo || !/^\/[^\\\s\0-\x1f\x7f-\x9f]*$/.test(asked) || !URL.canParse(asked, origin)) return null;
  const url = new URL(asked, origin);
  const path = `${url.pathname}${url.search}${url.hash}`;
  if (url.origin !== origin || path.length > longestReturnTo) return null;
  return isPlainPath(url.pathname) && !isOurs(url.pathname, settings) && settings.allowsReturn(url.pathname) === true ? path : null;
}

/** No empty segment, backslash or control character, written out or encoded: a router behind us may decode once more. */
function isPlainPath(path: string): boolean {
  try {
    const decoded = decodeURIComponent(path);
    return [path, decoded].every((form) => !/\/\/|[\\\0-\x1f\x7f-\x9f]/.test(form));
  } catch {
    return false;
  }
}

/** Coming back to the login or to the callback would go round in a circle. */
function isOurs(path: string, { prefix, basePath, redirectUri }: Settings): boolean {
  return path === redirectUri.pathname || path.startsWith(`${prefix}${basePath}/`);
}
