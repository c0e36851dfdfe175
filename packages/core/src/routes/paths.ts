import { ConfigurationError } from "../errors/configuration-error.js";
import type { Settings } from "../settings/settings.js";

/** The routes there are. */
export type Route = "login" | "callback" | "logout" | "disconnect" | "session" | "token" | "api";

/** A route that a path was found to be. */
export interface Found {
  readonly route: Route;
  /** What follows the route's name, where more may follow. */
  readonly rest: string;
}

/** Tells our paths from the app's. */
export interface Paths {
  /**
   * Whether everything about this path is ours to answer. Cheap: compares beginnings, reads nothing.
   *
   * @throws {@link ConfigurationError} when the app is mounted where the redirect URI cannot reach it, and nowhere else.
   */
  owns(path: string, mountedAt: string): boolean;
  /** Which route a path is; `"unknown"` = none, although it lies below the base path; `null` = not ours. */
  find(path: string): Found | "unknown" | null;
}

/** Paths match character by character: with the public prefix, without it, and the callback at the redirect URI's own path. */
export function createPaths({ basePath, prefix, redirectUri, token, api }: Settings): Paths {
  const callback = redirectUri.pathname;
  let reached = false;
  const inside = `${basePath}/`;
  const outside = `${prefix}${basePath}/`;

  // A name that ends in a slash goes on with whatever follows it.
  const routes = new Map<string, Route>((["login", "callback", "logout", "disconnect", "session"] as const).map((name) => [name, name]));
  if (token) routes.set("token", "token");
  if (api.allow.length > 0) routes.set("api/", "api");

  const below = (path: string): string | null => {
    if (path.startsWith(inside)) return path.slice(inside.length);
    return path.startsWith(outside) ? path.slice(outside.length) : null;
  };

  return {
    owns(path, mountedAt) {
      reached ||= mountedAt === "" || callback.includes(`${mountedAt}/`);
      if (!reached) {
        throw new ConfigurationError([
          `redirectUri cannot reach the app, which is mounted at ${mountedAt}: let its path end in ${mountedAt}${basePath}/callback.`,
        ]);
      }
      return path.startsWith(inside) || path.startsWith(outside) || path === callback;
    },
    find(path) {
      if (path === callback) return { route: "callback", rest: "" };
      const text = below(path);
      if (text === null) return null;
      const name = /^[^/]*\/?/.exec(text)?.[0] ?? "";
      const route = routes.get(name);
      return route === undefined ? "unknown" : { route, rest: text.slice(name.length) };
    },
  };
}
