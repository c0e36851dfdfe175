/** An access token that does not show itself: printed, logged or serialised it reads `[redacted]`. */
export class AccessToken {
  readonly #value: string;
  /** When it expires, in Unix ms. */
  readonly expiresAt: number;

  constructor(value: string, expiresAt: number) {
    this.#value = value;
    this.expiresAt = expiresAt;
  }

  /** The token itself, for the `Authorization` header of a call to Spotify's Web API and nothing else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  static {
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: () => "AccessToken [redacted]" });
  }
}
