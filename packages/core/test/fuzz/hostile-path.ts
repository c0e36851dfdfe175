import type { Dice } from "../simulation/dice.js";

/** What a request asks for below `api/`. */
export interface Asked {
  readonly method: string;
  /** As it goes over the wire, with a query sometimes. */
  readonly path: string;
}

const ids = ["37i9dQZF1DXcBWIGoYBM5M", "a1a1a1a1a1a1a1a1a1a1a1", "37i9dQZF1DXcBWIGoYBM5", "37i9dQZF1DXcBWIGoYBM5M0", "spotify:track:../playlists/x", "{id}"];
const users = ["mira", "john.doe", "j%C3%B6rg", "a%20b", ".", "..", "...", "a@b"];
/** What must not stand in a segment, whatever else may. */
const separators = ["%2f", "%2F", "%5c", "%3b", ";", "%00", "%0a", "%7f", "%c2%85", "%25", "%252e", "%2e"];
const methods = ["GET", "GET", "GET", "HEAD", "PUT", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"];

/** Every byte, raw and encoded, once and twice, and what servers are known to read in more than one way. */
const pieces = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...Array.from({ length: 256 }, (_, code) => `%${code.toString(16).padStart(2, "0")}`),
  ...["..", "../", "/..", "/../", "./", "//", "\\", "..\\", ";", ";a=b", "..;/", "%2e%2e", "%2e%2e/", "%2E.", ".%2e", "%2f", "%2F..%2F", "%5c", "%5C..%5C"],
  ...["%252e%252e", "%252f", "%255c", "%25%32%65", "%c0%ae", "%c0%af", "%e0%80%af", "%ef%bc%8f", "%u002e", "%uff0e", "%", "%0", "%zz", "%00", "%0d%0a", "\r\n"],
  ...[
    "？",
    "／",
    "．．",
    "\u2024",
    "\u2028",
    "\ud800",
    "@",
    ":",
    ":443",
    "@evil.example",
    "http://evil.example/",
    "//evil.example/",
    "?",
    "#",
    "?x=/../",
    "#/../",
  ],
  ...["v1", "me", "player", "users", "playlists", "items", "top", "tracks", "v1/me", "api", "token", "logout", "/v1/me/player"],
];

/** Mostly what the list allows, spoiled in a few places: far from it nothing would ever get through, and nothing would be learned. */
export function hostilePath(dice: Dice): Asked {
  const bases = [
    () => "v1/me/player",
    () => `v1/playlists/${dice.pick(ids)}/items`,
    () => `v1/users/${dice.pick(users)}/playlists`,
    // Where the list takes any text, each has its best chance.
    () => `v1/users/a${dice.pick([dice.pick(pieces), dice.pick(separators)])}b/playlists`,
    () => `v1/me/top/${dice.pick(["tracks", "show-episodes", "a1"])}`,
    () => Array.from({ length: dice.whole(1, 8) }, () => dice.pick(pieces)).join(dice.pick(["/", ""])),
  ];
  let path = dice.pick(bases)();
  for (let wounds = dice.pick([0, 0, 1, 1, 1, 2, 3, 5]); wounds > 0; wounds -= 1) path = wounded(path, dice);
  if (dice.chance(0.1)) path += `?${dice.pick(pieces)}${dice.pick(pieces)}`;
  return { method: dice.pick(methods), path };
}

function wounded(path: string, dice: Dice): string {
  const at = dice.whole(0, path.length);
  const piece = dice.pick(pieces);
  const hurt = [
    () => path.slice(0, at) + piece + path.slice(at),
    () => path.slice(0, at) + piece + path.slice(at + 1),
    () => path.slice(0, at) + path.slice(at + 1),
    () => path.replace("/", piece),
    () => `${piece}${path}`,
    () => `${path}${piece}`,
    () => `${path}/${dice.pick(["play", "x", "a1", "items"])}`,
    // A character in its encoded form.
    () => path.slice(0, at) + encoded(path.slice(at, at + 1)) + path.slice(at + 1),
    () => path.slice(0, at) + encoded(encoded(path.slice(at, at + 1))) + path.slice(at + 1),
    () => path.replace("/", `/${dice.pick(["x/..", ".", "x/%2e%2e", "", "x;", "x\\.."])}/`),
  ];
  return dice.pick(hurt)();
}

function encoded(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
