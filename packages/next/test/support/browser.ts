import { keep, navigation, script } from "client-kit/browser";
import { type Answer, send as sendTo, type Sent } from "client-kit/http";

export { type Answer, navigation, script, type Sent };

/** One request on the wire exactly as given, to a port of 127.0.0.1: any path, any header, no redirect followed. */
export function send(port: number, path: string, sent: Sent = {}): Promise<Answer> {
  return sendTo(`http://127.0.0.1:${port}`, path, sent);
}

/** One request, and once more where Next wants the query of a flight spelt in another way. */
export async function arrive<Got extends Answer>(ask: (path: string) => Promise<Got>, path: string, headers: Sent["headers"] = {}): Promise<Got> {
  const answer = await ask(path);
  const { location } = answer.headers;
  if (location === undefined || !("rsc" in headers) || !/[?&]_rsc\b/.test(location)) return answer;
  const { pathname, search } = new URL(location, "http://127.0.0.1");
  return ask(pathname + search);
}

/** Keeps the cookies of one site, and says what kind of request it makes. */
export interface Browser {
  readonly cookies: Map<string, string>;
  cookie(): string;
  /** Opens a page and follows redirects until one leaves the site. */
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer & { readonly url: URL }>;
  /** One request as a script of the page makes it. */
  fetch(path: string, sent?: Sent): Promise<Answer>;
  /** The same browser at another port. */
  at(port: number): Browser;
}

/** @param origin The site as the public knows it. @param port Where it is served in truth. */
export function createBrowser(origin: string, port: number, cookies: Map<string, string> = new Map()): Browser {
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

  async function once(path: string, sent: Sent): Promise<Answer> {
    const answer = await send(port, path, { ...sent, headers: { ...(cookies.size > 0 ? { cookie: cookie() } : {}), ...sent.headers } });
    for (const line of answer.headers["set-cookie"] ?? []) keep(cookies, line);
    return answer;
  }

  return {
    cookies,
    cookie,
    async open(path, headers = {}) {
      let url = new URL(path, origin);
      for (let hop = 0; hop < 10; hop++) {
        const answer = await once(url.pathname + url.search, { headers: { ...navigation, ...headers } });
        const { location } = answer.headers;
        if (location === undefined || answer.status < 300 || answer.status > 399) return { ...answer, url };
        url = new URL(location, url);
        if (url.origin !== origin) return { ...answer, url };
      }
      throw new Error(`Ten redirects and no end, at last ${url.pathname}.`);
    },
    fetch: (path, sent = {}) => once(path, { ...sent, headers: { ...script, ...sent.headers } }),
    at: (other) => createBrowser(origin, other, cookies),
  };
}
