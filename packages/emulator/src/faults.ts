/** Where a fault falls. Everything that is absent matches everything. */
export interface FaultScope {
  /** Token endpoint, revocation endpoint, Web API or login. */
  readonly on: "token" | "revoke" | "api" | "authorize";
  /** How often it falls. An integer >= 1. @defaultValue until disarmed */
  readonly times?: number;
  /** Only on requests with this user's tokens or codes. */
  readonly user?: string;
  /** Only on token requests of this kind. */
  readonly grantType?: "refresh_token" | "authorization_code";
  /** Only on this path, exactly, or on everything that starts with it when it ends in `*`. */
  readonly path?: string;
}

/**
 * What goes wrong. "Processed" says that the request takes its full effect (a code is spent, a refresh token rotates) although no good answer tells of it;
 * all others take none.
 */
export type FaultKind =
  /** Any status with any body: a 503 as text, a 502 as HTML, a 500 as JSON. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: string;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 429. `retryAfter` goes into the header as it is: seconds, a date, nonsense; absent means no header. */
  | { readonly kind: "rate-limit"; readonly retryAfter?: number | string }
  /** 400 with the error `slow_down`. */
  | { readonly kind: "slow-down" }
  /** The connection is reset before a byte is sent. */
  | { readonly kind: "reset" }
  /** Nothing is ever sent; the connection stays open until the fault is disarmed, the emulator closes or the client leaves. */
  | { readonly kind: "silence" }
  /** The genuine answer, later, in real milliseconds. @defaultValue processed "before" the wait */
  | { readonly kind: "delay"; readonly ms: number; readonly processed?: "before" | "after" }
  /** Processed; the answer breaks off in the middle of its body. */
  | { readonly kind: "truncated" }
  /** Processed; then the connection is destroyed before a byte is sent. */
  | { readonly kind: "answer-lost" }
  /** Processed; then a failure of the server is sent instead of the answer. */
  | { readonly kind: "processed-then-status"; readonly status: number }
  /** A lie: 400 `invalid_grant` "Refresh token revoked" for whatever was presented. @defaultValue probability 1 */
  | { readonly kind: "false-invalid-grant"; readonly probability?: number }
  /** 400 `invalid_client`, as when the secret was changed in the dashboard. */
  | { readonly kind: "invalid-client" }
  /** Any body instead of the genuine one. @defaultValue status 200 */
  | { readonly kind: "body"; readonly body: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  /** Processed; the genuine JSON answer is sent as `patch` changes it. */
  | { readonly kind: "patch-answer"; readonly patch: (body: Record<string, unknown>) => Record<string, unknown> }
  /** The genuine answer, once `until` resolves or the fault is disarmed. @defaultValue processed "before" it is held */
  | { readonly kind: "held"; readonly until: Promise<void>; readonly processed?: "before" | "after" }
  /** 401 with `WWW-Authenticate`. @defaultValue the text that the emulator uses for expired tokens */
  | { readonly kind: "unauthorized"; readonly text?: string }
  /** 401 `Permissions missing`: what player endpoints say when a scope is missing. */
  | { readonly kind: "permissions-missing" }
  /** 403 as plain text: the user is not on the app's user list. */
  | { readonly kind: "not-allowlisted" }
  /** 403 as plain text: the app's owner has no Premium. */
  | { readonly kind: "owner-not-premium" }
  /** 200 with a JSON string that long. An integer >= 1. @defaultValue 64 MiB */
  | { readonly kind: "huge-body"; readonly bytes?: number }
  /** As `huge-body`, gzipped: about a thousandth of it on the wire. */
  | { readonly kind: "gzip-bomb"; readonly bytes?: number }
  /** Processed; the answer is sent a byte at a time. @defaultValue everyMs 1000, in real milliseconds */
  | { readonly kind: "slow-loris"; readonly everyMs?: number };

/** Something that goes wrong, and where. */
export type Fault = FaultScope & FaultKind;

/** A fault in force. */
export interface ArmedFault {
  readonly id: number;
  readonly fault: Fault;
  remaining: number;
  /** How many requests hang on it at the moment. */
  inFlight: number;
  /** Resolves when it is disarmed by hand or the emulator closes. */
  readonly disarmed: Promise<void>;
  readonly disarm: () => void;
}

/** What a fault's scope is compared with. */
export interface FaultTarget {
  readonly endpoint: FaultScope["on"];
  readonly path: string;
  readonly user?: string;
  readonly grantType?: string;
}

/** The faults in force, in the order in which they were armed: the first that fits falls. */
export class Faults {
  readonly #armed = new Map<number, ArmedFault>();
  /** Used up, but their requests may still hang on them. */
  readonly #spent = new Set<ArmedFault>();
  readonly #random: () => number;
  #lastId = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  arm(fault: Fault): ArmedFault {
    if (fault.times !== undefined && !(Number.isInteger(fault.times) && fault.times >= 1)) throw new RangeError("A fault's `times` is an integer >= 1.");
    const { promise: disarmed, resolve } = withResolvers();
    const id = ++this.#lastId;
    const armed: ArmedFault = {
      id,
      fault,
      remaining: fault.times ?? Number.POSITIVE_INFINITY,
      inFlight: 0,
      disarmed,
      disarm: () => {
        this.#armed.delete(id);
        this.#spent.delete(armed);
        resolve();
      },
    };
    this.#armed.set(id, armed);
    return armed;
  }

  /** The fault that falls on this request, if one does; it counts as one of its times. */
  take(target: FaultTarget): ArmedFault | null {
    for (const armed of this.#armed.values()) {
      if (!fits(armed.fault, target)) continue;
      if (armed.fault.kind === "false-invalid-grant" && this.#random() >= (armed.fault.probability ?? 1)) continue;
      if (--armed.remaining === 0) {
        this.#armed.delete(armed.id);
        this.#spent.add(armed);
      }
      armed.inFlight++;
      return armed;
    }
    return null;
  }

  /** Says that a request on which the fault fell is over. */
  release(armed: ArmedFault): void {
    if (--armed.inFlight === 0) this.#spent.delete(armed);
  }

  /** With those that are used up, as long as a request hangs on them. */
  list(): readonly ArmedFault[] {
    return [...this.#spent, ...this.#armed.values()];
  }

  /** Disarms by id; says whether there was such a fault. */
  disarm(id: number): boolean {
    const armed = this.list().find((listed) => listed.id === id);
    armed?.disarm();
    return armed !== undefined;
  }

  disarmAll(): void {
    for (const armed of this.list()) armed.disarm();
  }
}

function fits(fault: Fault, target: FaultTarget): boolean {
  const fitsPath = fault.path === undefined || (fault.path.endsWith("*") ? target.path.startsWith(fault.path.slice(0, -1)) : target.path === fault.path);
  return (
    fault.on === target.endpoint &&
    fitsPath &&
    (fault.user === undefined || fault.user === target.user) &&
    (fault.grantType === undefined || fault.grantType === target.grantType)
  );
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
