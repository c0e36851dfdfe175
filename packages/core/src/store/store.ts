/**
 * Where sealed grants lie. Two methods carry the whole protocol; values are opaque text that never repeats, so comparing the value is comparing the version.
 *
 * Every method may reject. A rejected or late {@link Store.swap} means *unknown*: it may be applied now, later or never, and the caller reads again to find out.
 */
export interface Store {
  /**
   * The value under `key`, or `null` when there is none or it has expired by the store's own clock. A store in this process may answer at once: a request then waits for
   * nothing.
   */
  get(key: string): string | null | Promise<string | null>;

  /**
   * Puts `after` in the place of `before`, in one atomic step. Resolves to `true` when it did, to `false` when the value was not `before`.
   *
   * @param key Up to 128 characters of base64url, `:` and `.`.
   * @param before The value last read; `null` means absent, and an expired value is absent.
   * @param after The new value, up to 64 KiB.
   * @param expiresAt When the store may forget it, in Unix milliseconds; without it, never.
   */
  swap(key: string, before: string | null, after: string, expiresAt?: number): Promise<boolean>;

  /** Every key that has a value, for operators. Never on a request's path. */
  keys?(): AsyncIterable<string>;

  /**
   * Calls `listener` with each key that another process may have changed, soon after; `null` means some were missed and all must be forgotten.
   * Resolves to a function that ends it.
   */
  watch?(listener: (key: string | null) => void): Promise<() => Promise<void>>;

  /** Gives back what the store itself opened; what was handed to it stays open. */
  close?(): Promise<void>;
}
