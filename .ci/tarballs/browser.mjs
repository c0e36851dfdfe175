import { request } from "node:http";

/** @typedef {{ url: URL, status: number, body: string }} Page */

/** As much of a browser as signing in takes: navigations, redirects within the site, cookies. `fetch` cannot say that it navigates. */
export class Browser {
  /** @type {Map<string, string>} */
  #cookies = new Map();

  /**
   * @param {URL} url
   * @returns {Promise<Page>} where the redirects end, or the first address on another site, which is not visited
   */
  async open(url) {
    for (let at = url, hops = 0; hops < 10; hops++) {
      const { status, body, location } = await this.#get(at);
      if (location === undefined) return { url: at, status, body };
      at = new URL(location, at);
      if (at.origin !== url.origin) return { url: at, status, body };
    }
    throw new Error(`${url} redirects ten times in a row`);
  }

  /**
   * @param {URL} url
   * @returns {Promise<{ status: number, body: string, location: string | undefined }>}
   */
  #get(url) {
    const headers = {
      accept: "text/html",
      "sec-fetch-dest": "document",
      "sec-fetch-mode": "navigate",
      "sec-fetch-site": "none",
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { headers, timeout: 10_000 }, (response) => {
        for (const cookie of response.headers["set-cookie"] ?? []) this.#keep(cookie);
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (part) => (body += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body, location: response.headers.location }));
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error(`${url} did not answer within 10 s`)));
      outgoing.on("error", reject);
      outgoing.end();
    });
  }

  /** @param {string} cookie */
  #keep(cookie) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (/;\s*max-age=0/i.test(cookie)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
