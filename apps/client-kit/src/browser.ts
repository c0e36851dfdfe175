import { send, type Answer, type Sent } from "./http.js";

/** What browsers send when a person opens a page. */
export const navigation = {
  accept: "text/html,application/xhtml+xml",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
  "sec-fetch-site": "none",
} as const;
/** What they send for a script of the page. */
export const script = { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin" } as const;

interface Landing extends Answer {
  /** Where the redirects ended. */
  readonly url: string;
}

/** Keeps cookies, as browsers do over all ports of 127.0.0.1, and says what kind of request it makes. */
export interface Browser {
  readonly cookies: Map<string, string>;
  cookie(): string;
  /** Opens a page and follows redirects. */
  open(path: string): Promise<Landing>;
  /** One request as a script of the page makes it. */
  fetch(path: string, sent?: Sent): Promise<Answer>;
}

export function createBrowser(origin: string): Browser {
  const cookies = new Map<string, string>();
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

  async function once(at: string, path: string, sent: Sent): Promise<Answer> {
    const answer = await send(at, path, { ...sent, headers: { ...(cookies.size > 0 ? { cookie: cookie() } : {}), ...sent.headers } });
    for (const line of answer.headers["set-cookie"] ?? []) keep(cookies, line);
    return answer;
  }

  return {
    cookies,
    cookie,
    async open(path) {
      let url = new URL(origin + path);
      for (let hop = 0; hop < 10; hop++) {
        const answer = await once(url.origin, url.pathname + url.search, { headers: navigation });
        const { location } = answer.headers;
        if (location === undefined || answer.status < 300 || answer.status > 399) return { ...answer, url: url.href };
        url = new URL(location, url);
      }
      throw new Error("Ten redirects and no end.");
    },
    fetch: (path, sent = {}) => once(origin, path, { ...sent, headers: { ...script, ...sent.headers } }),
  };
}

/** Does with a Set-Cookie header what browsers do. */
export function keep(cookies: Map<string, string>, line: string): void {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new Error("A Set-Cookie without a name.");
  if (/;\s*max-age=0(?:;|$)/i.test(line) || value === "") cookies.delete(name);
  else cookies.set(name, value);
}
