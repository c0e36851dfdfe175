import { ConfigurationError } from "../errors/configuration-error.js";
import type { Settings } from "../settings/settings.js";

/** The routes there are. */
export type Route = "login" | "callback" | "logout" | "disconnect" | "session";

const routes: Readonly<Record<string, Route>> = { login: "login", callback: "callback", logout: "logout", disconnect: "disconnect", session: "session" };

/** Tells our paths from the app's. */
export interface Paths {
  /**
   * Whether everything about this path is ours to answer. Cheap: compares beginnings, reads nothing.
   *
   * @throws {@link ConfigurationError} when the app is mounted where the redirect URI cannot reach it, and nowhere else.
   */
  owns(path: string, mountedAt: string): boolean;
  /** Which route a path is; `"unknown"` = none, although it lies below the base path; `null` = not ours. */
  find(path: string): Route | "unknown" | null;
}

/** Paths match character by character: with the public prefix, without it, and the callback at the redirect URI's own path. */
export function createPaths({ basePath, prefix, redirectUri }: Settings): Paths {
  const callback = redirectUri.pathname;
  let reached = false;
  const inside = `${basePath}/`;
  const outside = `${prefix}${basePath}/`;

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
      if (path === callback) return "callback";
      const name = below(path);
      if (name === null) return null;
      return Object.hasOwn(routes, name) ? (routes[name] ?? "unknown") : "unknown";
    },
  };
}
