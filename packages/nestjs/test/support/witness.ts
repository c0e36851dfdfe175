import { inspect } from "node:util";

/** All that the outside could see, as text, and all that it must not see. */
export class Witness {
  readonly #seen: string[] = [];
  readonly #secrets = new Set<string>();

  secret(value: string | null | undefined): void {
    if (value != null && value.length >= 12) this.#secrets.add(value);
  }

  /** Shows a value in every way that a log or an error tracker would. */
  see(value: unknown): void {
    this.#seen.push(inspect(value, { depth: 20, showHidden: true }), inspect(value, { depth: 20, customInspect: false }), String(value));
    try {
      this.#seen.push(JSON.stringify(value) ?? "");
    } catch {
      // What cannot be serialised cannot leak this way.
    }
    if (value instanceof Error) this.see({ message: value.message, stack: value.stack, cause: value.cause });
  }

  /** The network as the library sees it: what goes over it is secret. */
  readonly fetch: typeof fetch = async (input, init) => {
    const body = init?.body instanceof URLSearchParams ? init.body : new URLSearchParams(typeof init?.body === "string" ? init.body : "");
    for (const name of ["code", "code_verifier", "refresh_token"]) this.secret(body.get(name));
    this.secret(new Headers(init?.headers).get("authorization")?.replace(/^\w+ /, ""));
    const response = await fetch(input, init);
    const text = await response
      .clone()
      .text()
      .catch(() => "");
    for (const [, value] of text.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)) this.secret(value);
    return response;
  };

  /** @returns the secrets of which twelve characters in a row were seen, in any of four spellings */
  leaks(): string[] {
    const windows = new Set<string>();
    for (const text of this.#seen) for (let start = 0; start + 12 <= text.length; start += 1) windows.add(text.slice(start, start + 12));
    return [...this.#secrets].filter((value) =>
      [value, encodeURIComponent(value), Buffer.from(value).toString("base64url"), Buffer.from(value).toString("hex")].some((spelling) =>
        Array.from({ length: spelling.length - 11 }, (_, start) => spelling.slice(start, start + 12)).some((part) => windows.has(part)),
      ),
    );
  }

  get size(): { readonly seen: number; readonly secrets: number } {
    return { seen: this.#seen.join("").length, secrets: this.#secrets.size };
  }
}
