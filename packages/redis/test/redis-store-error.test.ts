import { expect, it } from "vitest";
import { RedisStoreError, toRedisStoreError } from "../src/redis-store-error.js";

class ClientClosedError extends Error {}
class AbortError extends Error {}

it.each([
  [new Error("READONLY You can't write against a read only replica."), "readOnly", "READONLY"],
  [new Error("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"), "readOnly", "UNBLOCKED"],
  [new Error("LOADING Redis is loading the dataset in memory"), "notServing", "LOADING"],
  [new Error("BUSY Redis is busy running a script."), "notServing", "BUSY"],
  [new Error("MASTERDOWN Link with MASTER is down"), "notServing", "MASTERDOWN"],
  [new Error("CLUSTERDOWN Hash slot not served"), "notServing", "CLUSTERDOWN"],
  [new Error("TRYAGAIN Multiple keys request during rehashing of slot"), "notServing", "TRYAGAIN"],
  [new Error("NOREPLICAS Not enough good replicas to write."), "notServing", "NOREPLICAS"],
  [new Error("MOVED 1234 10.0.0.1:6379"), "notServing", "MOVED"],
  [new Error("ASK 1234 10.0.0.1:6379"), "notServing", "ASK"],
  [new Error("MISCONF Redis is configured to save RDB snapshots"), "notSaving", "MISCONF"],
  [new Error("OOM command not allowed when used memory > 'maxmemory'."), "full", "OOM"],
  [new Error("NOPERM this user has no permissions"), "notPermitted", "NOPERM"],
  [new Error("NOAUTH Authentication required."), "notPermitted", "NOAUTH"],
  [new Error("WRONGPASS invalid username-password pair"), "notPermitted", "WRONGPASS"],
  [new Error("WRONGTYPE Operation against a key holding the wrong kind of value"), "unexpected", "WRONGTYPE"],
  [new ClientClosedError("The client is closed"), "notConnected", undefined],
  [new AbortError("The command was aborted"), "late", undefined],
  [new Error("Socket closed unexpectedly"), "connectionLost", undefined],
  [new Error("Connection is closed."), "connectionLost", undefined],
  [new RedisStoreError("evicts"), "evicts", undefined],
])("%s is %s", (thrown, code, reply) => {
  const error = toRedisStoreError(thrown);
  expect(error).toBeInstanceOf(RedisStoreError);
  expect(error).toMatchObject({ code, reply });
  expect(error.message).toMatch(/^[A-Z].+\.$/);
});
