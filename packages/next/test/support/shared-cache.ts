import { type Answer, arrive, send } from "./browser.js";

/** A cache between all browsers and the app, which keeps whatever RFC 9111 lets it keep, for as long as it likes. */
export interface SharedCache {
  /** A GET. `stored`: the answer was made for somebody else's request. */
  get(path: string, headers: Readonly<Record<string, string>>): Promise<Answer & { readonly stored: boolean }>;
}

interface Stored {
  readonly varied: ReadonlyMap<string, string | undefined>;
  readonly answer: Answer;
}

/** Statuses that are kept without being told so. @see RFC 9110 section 15.1 */
const keptByDefault = new Set([200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]);

/** @param obeysVary `false`: as many caches are, blind to `Vary`. */
export function sharedCache(port: number, obeysVary = true): SharedCache {
  const kept = new Map<string, Stored[]>();
  async function ask(path: string, headers: Readonly<Record<string, string>>): Promise<Answer & { readonly stored: boolean }> {
    const fits = ({ varied }: Stored): boolean => [...varied].every(([name, value]) => headers[name] === value);
    const found = kept.get(path)?.find(fits);
    if (found !== undefined) return { ...found.answer, stored: true };
    const answer = await send(port, path, { headers });
    const varies = (answer.headers.vary ?? "")
      .toLowerCase()
      .split(/\s*,\s*/)
      .filter((name) => name !== "");
    if (mayKeep(answer) && !varies.includes("*")) {
      const varied = new Map((obeysVary ? varies : []).map((name) => [name, headers[name]]));
      kept.set(path, [...(kept.get(path) ?? []), { varied, answer }]);
    }
    return { ...answer, stored: false };
  }

  return { get: (path, headers) => arrive((at) => ask(at, headers), path, headers) };
}

function mayKeep({ status, headers }: Answer): boolean {
  const directives = (headers["cache-control"] ?? "").toLowerCase();
  if (/(?:^|,)\s*(?:private|no-store|no-cache)\b/.test(directives)) return false;
  return keptByDefault.has(status) || /\b(?:public|max-age|s-maxage)\b/.test(directives);
}
