/** Why a call to `redisStore` was not done. */
export type RedisStoreErrorCode = keyof typeof remedies;

/**
 * A call that was not done, or not for certain. Its message is a fixed sentence that says what to do; it names no key, no value and no address, and keeps nothing of the client's own error,
 * which may hold the whole command.
 *
 * After `late`, `connectionLost` and `inTransaction` a swap may have been applied, or may be later: read again. After any other code it has changed nothing.
 */
export class RedisStoreError extends Error {
  override readonly name: string = "RedisStoreError";
  /** Stable, for switching on. */
  readonly code: RedisStoreErrorCode;
  /** The first word of Redis's error reply, such as `READONLY`, where Redis replied. */
  readonly reply: string | undefined;

  constructor(code: RedisStoreErrorCode, reply?: string) {
    super(remedies[code]);
    this.code = code;
    this.reply = reply;
  }
}

const remedies = {
  notConnected:
    "The Redis client is not connected, so nothing was sent. Connect it before handing it over; if it was connected, look at the server and the network.",
  connectionLost: "The connection to Redis ended before the answer came. Whether the call was done is not known; read again.",
  late: "Redis did not answer in time. Whether the call was or will be done is not known; read again.",
  readOnly: "The Redis client is connected to a replica, or to a primary that was demoted. Nothing was written; let the client connect to the primary.",
  notServing: "Redis does not serve this key at the moment: it is loading, busy, failing over, or misses replicas. Nothing was written; try again.",
  notSaving: "Redis cannot save to its disk and refuses writes. Nothing was written; make room or mend the disk.",
  full: "Redis has reached its maxmemory. Nothing was written; give it more memory.",
  evicts:
    "Redis may evict keys that are in use: its maxmemory-policy is not noeviction, and an evicted grant is a user signed out. Set maxmemory-policy to noeviction, or use a Redis of its own.",
  notPermitted: "Redis does not let this user run a command of the store, or use its keys. See the README for what it needs.",
  inTransaction:
    "The Redis client is inside a transaction of its owner (MULTI), which decides whether the call is done; read again. Give redisStore a client of its own.",
  closed: "The Redis store is closed.",
  unexpected: "Redis refused a command of the store. Check that it is Redis 7 or newer, or Valkey, and that nobody else uses the store's prefix; see reply.",
};

const replies: Readonly<Record<string, RedisStoreErrorCode>> = {
  READONLY: "readOnly",
  LOADING: "notServing",
  BUSY: "notServing",
  MASTERDOWN: "notServing",
  CLUSTERDOWN: "notServing",
  TRYAGAIN: "notServing",
  NOREPLICAS: "notServing",
  MOVED: "notServing",
  ASK: "notServing",
  UNBLOCKED: "readOnly",
  MISCONF: "notSaving",
  OOM: "full",
  NOPERM: "notPermitted",
  NOAUTH: "notPermitted",
  WRONGPASS: "notPermitted",
};

/** Inside of a script the first word does not tell. The sentence is that of Redis 7.2 and Valkey, then that of Redis 7.0. */
const deniedInScript = /^ERR (?:ACL failure in script|The user executing the script can't)/;

/** Names that `redis` gives to errors of commands that were not sent: at once, or because they waited too long. */
const unsent: Readonly<Record<string, RedisStoreErrorCode>> = { ClientClosedError: "notConnected", ClientOfflineError: "notConnected", AbortError: "late" };

/** The first word of an error reply, or `undefined` for an error that Redis did not send. */
export function replyOf(thrown: unknown): string | undefined {
  const { message } = thrown as { readonly message?: unknown };
  return typeof message === "string" ? /^([A-Z]{2,20}) /.exec(message)?.[1] : undefined;
}

/** The typed error for whatever a client threw. */
export function toRedisStoreError(thrown: unknown): RedisStoreError {
  if (thrown instanceof RedisStoreError) return thrown;
  const reply = replyOf(thrown);
  if (reply === "ERR" && deniedInScript.test((thrown as Error).message)) return new RedisStoreError("notPermitted", reply);
  if (reply !== undefined) return new RedisStoreError(replies[reply] ?? "unexpected", reply);
  return new RedisStoreError(unsent[(thrown as Error).constructor.name] ?? "connectionLost");
}
