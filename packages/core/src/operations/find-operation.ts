import { type Operation, operations } from "./operations.js";

/** An operation, and what of a call to it bears on its scopes. */
export interface Found {
  readonly operation: Operation;
  /** The Spotify URIs that its query names. */
  readonly uris: readonly string[];
}

const origin = "https://api.spotify.com";

/**
 * The operation that a call means; `null` = none in the table.
 *
 * @param path A path or a URL on the Web API's origin, of a call or as a template.
 */
export function findOperation(method: string, path: string): Found | null {
  if (!URL.canParse(path, origin)) return null;
  const { origin: host, pathname, searchParams } = new URL(path, origin);
  if (host !== origin) return null;
  const verb = method.toUpperCase();
  const name = `${verb === "HEAD" ? "GET" : verb} ${pathname}`;
  const operation = operations[name] ?? patterns.find(([pattern]) => pattern.test(name))?.[1];
  return operation === undefined ? null : { operation, uris: searchParams.getAll("uris").flatMap((uris) => uris.split(",")) };
}

const patterns: readonly (readonly [RegExp, Operation])[] = Object.entries(operations)
  .filter(([name]) => name.includes("{"))
  .map(([name, operation]) => [new RegExp(`^${name.replaceAll(/\{\w+\}/g, "[^/]+")}$`), operation]);
