import { request } from "node:http";

/** @typedef {{ url: URL, status: number, body: string }} Page */

/** As much of a browser as signing in takes: navigations, redirects, forms and one jar of cookies, which ports share. `fetch` cannot navigate. */
export class Browser {
  /** @type {Map<string, string>} */
  #cookies = new Map();

  /**
   * @param {string | URL} address
   * @param {URLSearchParams} [form] makes it a POST
   * @returns {Promise<Page>} where the redirects ended
   */
  async open(address, form) {
    let url = new URL(address);
    let body = form?.toString();
    for (let hops = 0; hops < 10; hops++) {
      const answer = await this.#send(url, body);
      if (answer.location === undefined) return { url, status: answer.status, body: answer.body };
      url = new URL(answer.location, url);
      body = undefined;
    }
    throw new Error(`Ten redirects in a row, the last to ${url}`);
  }

  /**
   * Presses the button of a page's first form that says yes, leaving its fields as they are.
   *
   * @param {Page} page
   */
  submit({ url, body }) {
    const form = /<form\b([^>]*)>([^]*?)<\/form>/i.exec(body);
    if (form === null) throw new Error(`${url} shows no form:\n${body}`);
    const [, tag = "", inside = ""] = form;
    const fields = new URLSearchParams();
    for (const [, input = ""] of inside.matchAll(/<input\b([^>]*)>/gi)) {
      const unchosen = /type="?(?:radio|checkbox)/i.test(input) && !/\schecked\b/i.test(input);
      if (attribute(input, "name") && !unchosen) fields.set(attribute(input, "name"), attribute(input, "value"));
    }
    const yes = [...inside.matchAll(/<button\b([^>]*)>/gi)].map(([, button = ""]) => button).find((button) => !/deny|cancel|refuse/i.test(button));
    if (yes !== undefined && attribute(yes, "name")) fields.set(attribute(yes, "name"), attribute(yes, "value"));
    return this.open(new URL(attribute(tag, "action") || url, url), fields);
  }

  /**
   * @param {URL} url
   * @param {string | undefined} body
   * @returns {Promise<{ status: number, body: string, location: string | undefined }>}
   */
  #send(url, body) {
    const headers = {
      accept: "text/html",
      "sec-fetch-dest": "document",
      "sec-fetch-mode": "navigate",
      "sec-fetch-site": body === undefined ? "none" : "same-origin",
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", origin: url.origin }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method: body === undefined ? "GET" : "POST", headers, timeout: 10_000 }, (response) => {
        for (const cookie of response.headers["set-cookie"] ?? []) this.#keep(cookie);
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => (text += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text, location: response.headers.location }));
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error(`${url} did not answer within 10 s`)));
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  /** @param {string} cookie */
  #keep(cookie) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (/;\s*max-age=0/i.test(cookie)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/**
 * @param {string} tag
 * @param {string} name
 */
function attribute(tag, name) {
  const value = new RegExp(`\\b${name}="([^"]*)"`, "i").exec(tag)?.[1] ?? "";
  return value.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
