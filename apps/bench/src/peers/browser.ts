import { Agent, get } from "node:http";

/** One user's browser: keeps cookies as they arrive, follows nothing by itself. */
export interface Browser {
  /** Opens an address. */
  navigate(url: string | URL): Promise<Answer>;
  /** What it would send now. */
  cookie(): string;
}

export interface Answer {
  /** 0 where the connection broke. */
  readonly status: number;
  readonly location: string | undefined;
}

/** Connections are used again, so that a thousand requests at once cost the machine little. */
const agent = new Agent({ keepAlive: true, maxSockets: 2_048 });

/** As long as anybody would wait. */
const patienceMs = 30_000;

export function openBrowser(): Browser {
  const cookies = new Map<string, string>();
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return {
    cookie,
    navigate: (url) =>
      new Promise((resolve) => {
        const headers = {
          cookie: cookie(),
          accept: "text/html,application/json",
          "sec-fetch-mode": "navigate",
          "sec-fetch-dest": "document",
          "sec-fetch-site": "none",
        };
        const request = get(url, { headers, agent, timeout: patienceMs }, (response) => {
          keep(cookies, response.headers["set-cookie"] ?? []);
          response.resume();
          response.on("end", () => resolve({ status: response.statusCode ?? 0, location: response.headers.location }));
          response.on("error", () => resolve({ status: 0, location: undefined }));
        });
        request.on("timeout", () => request.destroy());
        request.on("error", () => resolve({ status: 0, location: undefined }));
      }),
  };
}

/** A cookie that ends is one that a server took away: none of them is short-lived. */
function keep(cookies: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [pair = "", ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf("=");
    const isOver = attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=.* 1970 /i.test(attribute));
    if (isOver) cookies.delete(pair.slice(0, at));
    else cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
