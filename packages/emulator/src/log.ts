import type { Delivery } from "./grant-history.js";

/** One request, as far as it has got. Credentials appear as fingerprints only, addresses without their query. */
export interface LogEntry {
  /** 1, 2, 3 … in order of arrival. */
  readonly id: number;
  /** When it was read, in Unix ms of the emulator's clock. */
  readonly at: number;
  readonly endpoint: "authorize" | "token" | "revoke" | "api" | "control" | "page";
  readonly method: string;
  readonly path: string;
  /** Present only when such a client is registered. */
  readonly clientId?: string;
  readonly user?: string;
  /** What the program that asked calls itself: tells apart the processes of an app that name themselves. At most 200 characters. */
  readonly userAgent?: string;
  readonly grantType?: string;
  /** Id of the grant it belongs to or opened, as in {@link GrantHistory}. */
  readonly grant?: string;
  /** Fingerprint of the refresh token that was presented. */
  readonly refreshToken?: string;
  /** Its generation: 1 from consent, one more with every rotation. */
  readonly generation?: number;
  /** Fingerprint of the access token that was presented. */
  readonly accessToken?: string;
  /** Fingerprints of what was issued, whether or not it reached anybody. */
  readonly issued?: { readonly accessToken: string; readonly refreshToken?: string };
  /** `null` while it is open, and where the connection ended without a status. */
  readonly status: number | null;
  /** What was decided: `received` while nothing is, then for example `approved`, `bounced`, `refreshed`, `rotated`, `revoked`, `replayed-revoked-family`, `invalid_grant:revoked`, `fault:503`. */
  readonly what: string;
  /** The same as a sentence. */
  readonly why: string;
  /** Kind of the fault that fell on it. */
  readonly fault?: string;
  /** Whether the whole genuine answer was handed to the operating system. */
  readonly delivery: Delivery;
  /** The client left before the answer was ready. What it asked for is done all the same. */
  readonly abandoned?: true;
  /** How long it was open, in real milliseconds; `null` while it is. */
  readonly durationMs: number | null;
}

export type LogFacts = Omit<LogEntry, "id" | "at" | "status" | "what" | "why" | "delivery" | "durationMs">;

const capacity = 100_000;

/** The log of every request. Entries are filled in as requests proceed; at least the newest 100,000 are kept, token calls are counted for ever. */
export class RequestLog {
  readonly entries: LogEntry[] = [];
  readonly #now: () => number;
  readonly #startedAt = new Map<number, number>();
  readonly #tokenCalls = new Map<string, number>();
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  #lastId = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(facts: LogFacts): LogEntry {
    const entry: LogEntry = {
      id: ++this.#lastId,
      at: this.#now(),
      ...facts,
      status: null,
      what: "received",
      why: "It has been read.",
      delivery: "pending",
      durationMs: null,
    };
    this.#startedAt.set(entry.id, performance.now());
    this.entries.push(entry);
    // Not one by one: moving an array of this size for every request would cost more than the request.
    if (this.entries.length > capacity * 1.1) this.entries.splice(0, this.entries.length - capacity);
    if (entry.endpoint === "token" && entry.method !== "OPTIONS") {
      const key = JSON.stringify([entry.user, entry.grantType]);
      this.#tokenCalls.set(key, (this.#tokenCalls.get(key) ?? 0) + 1);
    }
    this.#tell(entry);
    return entry;
  }

  /** Adds to an entry what became known. */
  note(entry: LogEntry, facts: Partial<Pick<LogEntry, "what" | "why" | "status" | "grant" | "issued" | "fault" | "delivery" | "abandoned">>): void {
    Object.assign(entry, facts);
    const startedAt = this.#startedAt.get(entry.id);
    if (startedAt !== undefined && entry.delivery !== "pending") {
      Object.assign(entry, { durationMs: Math.round(performance.now() - startedAt) });
      this.#startedAt.delete(entry.id);
    }
    this.#tell(entry);
  }

  tokenCalls(filter: { readonly user?: string; readonly grantType?: string } = {}): number {
    let calls = 0;
    for (const [key, count] of this.#tokenCalls) {
      const [user, grantType] = JSON.parse(key) as [string | null, string | null];
      if ((filter.user === undefined || filter.user === user) && (filter.grantType === undefined || filter.grantType === grantType)) calls += count;
    }
    return calls;
  }

  /** Calls the listener with every entry that is opened or filled in. Returns how to stop. */
  listen(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.entries.length = 0;
    this.#tokenCalls.clear();
  }

  #tell(entry: LogEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }
}
