/** One entry of the allow-list. */
export interface Template {
  /** As it is written: `GET /v1/playlists/{id}`. */
  readonly text: string;
  readonly method: string;
  readonly segments: readonly string[];
}

/** What a request may ask of the Web API. */
export interface Target {
  /** The entry that allows it. */
  readonly allowedBy: string;
  /** Made anew from what was matched: `/v1/…`, each segment percent-encoded. */
  readonly path: string;
}

/** @param text A well-formed entry. */
export function readTemplate(text: string): Template {
  const [method = "", path = ""] = text.split(" ");
  return { text, method, segments: path.split("/").slice(1) };
}

/**
 * The target of a request, if the list allows it. The path is decoded once, segment by segment, then compared; what a second reader could read in another way is
 * refused. HEAD counts as GET.
 *
 * @param path What follows `api/`, as it came: percent-encoded.
 */
export function findTarget(allow: readonly Template[], method: string, path: string): Target | null {
  const asked = method === "HEAD" ? "GET" : method;
  const given = decodedSegments(path);
  if (given === null) return null;
  const found = allow.find(
    ({ method: allowed, segments }) => allowed === asked && segments.length === given.length && segments.every((segment, at) => fits(given[at] ?? "", segment)),
  );
  return found === undefined ? null : { allowedBy: found.text, path: `/${given.map(encodeURIComponent).join("/")}` };
}

function decodedSegments(path: string): readonly string[] | null {
  // What encodes a dot hides one. The rest of RFC 3986's path characters may stand there as they are; `;` begins a parameter for some servers.
  if (/%2e/i.test(path) || !/^[\w.~!$&'()*+,=:@%/-]*$/.test(path)) return null;
  try {
    const segments = path.split("/").map(decodeURIComponent);
    return segments.every(isPlain) ? segments : null;
  } catch {
    return null;
  }
}

/** A segment that means the same to everybody: no separator, no dot segment, no parameter, no control character, nothing that is encoded twice. */
function isPlain(segment: string): boolean {
  return segment !== "" && segment !== "." && segment !== ".." && !/[/\\;%\p{Cc}]/u.test(segment);
}

function fits(given: string, segment: string): boolean {
  if (!segment.startsWith("{")) return given === segment;
  if (segment === "{user_id}") return true;
  return (segment === "{type}" ? /^[a-z-]+$/i : /^[A-Za-z\d]{22}$/).test(given);
}
