import type { Connection, Send } from "./connection.js";
import { inTime } from "./in-time.js";
import { RedisStoreError, replyOf } from "./redis-store-error.js";

/** Less than a call may take: the other primaries serve what one that hangs does not. */
const longestAnswerMs = 1000;

/** Rejects when a primary may evict keys that are in use, or when none can be asked. One that cannot be asked serves nothing either; one that does not tell its policy is believed. */
export async function refuseEviction(connection: Connection, signal: AbortSignal): Promise<void> {
  const answers = await Promise.allSettled((await connection.primaries()).map((send) => policyOf(send, signal)));
  const [failure] = answers.filter((answer) => answer.status === "rejected");
  const policies = answers.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
  if (policies.length === 0 && failure !== undefined) throw failure.reason;
  if (policies.some((policy) => policy !== undefined && policy !== "noeviction")) throw new RedisStoreError("evicts");
}

/** INFO and not CONFIG, which hosted servers forbid. */
async function policyOf(send: Send, signal: AbortSignal): Promise<string | undefined> {
  try {
    return /^maxmemory_policy:(\S+)/m.exec(String(await inTime(send(["INFO", "memory"], signal), longestAnswerMs)))?.[1];
  } catch (error) {
    if (replyOf(error) === "NOPERM" || replyOf(error) === "ERR") return undefined;
    throw error;
  }
}
