import { createHash } from "node:crypto";
import type { Connection } from "./connection.js";
import { RedisStoreError, replyOf } from "./redis-store-error.js";

/** A Lua script on one key. Its name is its hash, once a server has seen it. */
interface Script {
  readonly source: string;
  readonly hash: string;
}

/**
 * The value of the key, as the one item of a list: a list is never mistaken for the word `QUEUED`. A script, because a plain GET is answered by anybody: by a replica, by a primary that was demoted or cut off from its replicas (`min-replicas-to-write`), from a client's own cache.
 * Without the flag `no-writes` only a primary that may write runs it. See https://redis.io/docs/latest/develop/programmability/eval-intro/#eval-flags
 */
export const readScript: Script = script(`#!lua flags=allow-oom
return {redis.call("GET", KEYS[1])}`);

/** The same of a primary that cannot save, which runs no script that might write and tells nothing else: hence the look for replicas, if it is to have any. INFO may be forbidden: hence pcall. */
export const unsavedReadScript: Script = script(`#!lua flags=no-writes,allow-oom
local replication = redis.pcall("INFO", "replication")
if type(replication) == "string" and string.find(replication, "min_slaves_good_slaves:0", 1, true) then
  return redis.error_reply("NOREPLICAS Not enough good replicas to read.")
end
return {redis.call("GET", KEYS[1])}`);

/**
 * KEYS: key. ARGV: "1" when there is a value before, that value, the value after, the expiry in Unix milliseconds or "", the channel, what to publish on it.
 * A user without the right to publish still swaps: hence pcall.
 */
export const swapScript: Script = script(`#!lua
local before = ARGV[1] == "1" and ARGV[2]
if redis.call("GET", KEYS[1]) ~= before then return 0 end
if ARGV[4] == "" then
  redis.call("SET", KEYS[1], ARGV[3])
else
  redis.call("SET", KEYS[1], ARGV[3], "PXAT", ARGV[4])
end
redis.pcall("PUBLISH", ARGV[5], ARGV[6])
return 1`);

function script(source: string): Script {
  return { source, hash: createHash("sha1").update(source).digest("hex") };
}

/** Runs a script where the key lies. A server that has not seen it yet has done nothing, and is told. On a connection inside of MULTI it is only queued. */
export async function runScript(connection: Connection, { source, hash }: Script, key: string, args: readonly string[], signal: AbortSignal): Promise<unknown> {
  const send = (...name: readonly string[]): Promise<unknown> => connection.send(key, [...name, "1", key, ...args], signal);
  const answer = await send("EVALSHA", hash).catch((error: unknown) => {
    if (replyOf(error) !== "NOSCRIPT") throw error;
    return send("EVAL", source);
  });
  if (answer === "QUEUED") throw new RedisStoreError("inTransaction");
  return answer;
}
