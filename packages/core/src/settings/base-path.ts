/** Where our routes are: as the app sees them, and what stands before that in public. */
export interface BasePath {
  readonly basePath: string;
  readonly prefix: string;
}

const fallback = "/auth/spotify";
const taken = ["login", "logout", "disconnect", "session", "token"];

/**
 * Finds our routes from the redirect URI's path: without its last segment `callback`, else `/auth/spotify`. What stands before a given `basePath` in it is a public
 * prefix, which something in front of the app takes off.
 *
 * @param problems Where each mistake is named.
 */
export function readBasePath(given: string | undefined, redirectPath: string, problems: string[]): BasePath {
  const found = given === undefined ? derive(redirectPath) : locate(given, redirectPath, problems);
  const own = `${found.prefix}${found.basePath}/`;
  if (taken.some((name) => redirectPath === `${own}${name}`)) {
    problems.push(`redirectUri leads to another route of ours: let its path end in ${own}callback.`);
  }
  return found;
}

function derive(redirectPath: string): BasePath {
  const without = /^(\/.+)\/callback$/.exec(redirectPath)?.[1];
  return { basePath: without ?? fallback, prefix: "" };
}

function locate(given: string, redirectPath: string, problems: string[]): BasePath {
  if (!/^(?:\/[\w.~-]+)+$/.test(given)) {
    problems.push("basePath must begin with / and not end with one, and hold only letters, digits and - . _ ~ between: /auth/spotify.");
    return { basePath: fallback, prefix: "" };
  }
  const at = redirectPath.lastIndexOf(`${given}/`);
  const rest = redirectPath.slice(at + given.length + 1);
  if (at >= 0 && rest !== "" && !rest.includes("/")) return { basePath: given, prefix: redirectPath.slice(0, at) };
  if (redirectPath.endsWith("/callback")) {
    problems.push(`redirectUri cannot reach the routes below basePath: let its path end in ${given}/callback, or leave basePath out.`);
  }
  return { basePath: given, prefix: "" };
}
