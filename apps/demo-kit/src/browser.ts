import { request, type IncomingHttpHeaders } from "node:http";

export interface Answer {
  /** Where the redirects ended. */
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What a form is filled in with. */
export type Fields = Readonly<Record<string, string>> | FormData;

/** A browser without a window: keeps cookies, follows redirects, and says of each request what kind it is, as browsers do. */
export interface Browser {
  /** Opens a page. */
  open(path: string): Promise<Answer>;
  /** Calls as a script of the page does. */
  call(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Sends a form of the page, and opens where it leads. @param fields A `FormData` is sent as multipart. @defaultValue none */
  submit(path: string, fields?: Fields): Promise<Answer>;
  /** The Cookie header it would send now. */
  cookie(): string;
  useCookie(header: string): void;
}

const opening = { accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" };
const calling = { accept: "application/json", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin", "x-refrain": "1" };

export function createBrowser(origin: string): Browser {
  let cookies = new Map<string, string>();

  async function once(method: string, url: URL, headers: Readonly<Record<string, string>>, body?: Uint8Array): Promise<Answer> {
    const answer = await send(method, url, cookies.size === 0 ? headers : { ...headers, cookie: header() }, body);
    for (const line of answer.headers["set-cookie"] ?? []) keep(cookies, line);
    return answer;
  }

  /** @param again Sends the same once more, elsewhere. */
  async function follow(first: Answer, again?: (url: URL) => Promise<Answer>): Promise<Answer> {
    let answer = first;
    for (let hops = 0; hops < 10; hops++) {
      const { location } = answer.headers;
      if (location === undefined || answer.status < 300 || answer.status > 399) return answer;
      const next = new URL(location, answer.url);
      answer = await (again !== undefined && answer.status >= 307 ? again(next) : once("GET", next, opening));
    }
    throw new Error(`Ten redirects and no end, last to ${new URL(answer.url).pathname}.`);
  }

  const header = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return {
    open: async (path) => follow(await once("GET", new URL(path, origin), opening)),
    call: (path, headers = {}) => once("GET", new URL(path, origin), { ...calling, ...headers }),
    async submit(path, fields = {}) {
      const form = new Response(fields instanceof FormData ? fields : new URLSearchParams(fields));
      const headers = { ...opening, "sec-fetch-site": "same-origin", origin, "content-type": form.headers.get("content-type") ?? "" };
      const body = new Uint8Array(await form.arrayBuffer());
      const post = (url: URL): Promise<Answer> => once("POST", url, headers, body);
      return follow(await post(new URL(path, origin)), post);
    },
    cookie: header,
    useCookie(line) {
      cookies = new Map(line.split("; ").map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
    },
  };
}

function send(method: string, url: URL, headers: Readonly<Record<string, string>>, body?: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ url: url.href, status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Cookies of 127.0.0.1 are shared over all ports, so the host does not matter here. */
function keep(cookies: Map<string, string>, line: string): void {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/;\s*max-age=0(?:;|$)/i.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}
