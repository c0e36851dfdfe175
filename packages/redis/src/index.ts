export type { IORedisClient, IORedisCluster } from "./ioredis.js";
export type { NodeRedisClient, NodeRedisCluster, NodeRedisPool } from "./node-redis.js";
export { RedisStoreError, type RedisStoreErrorCode } from "./redis-store-error.js";
export { redisStore, type RedisStoreClient, type RedisStoreOptions } from "./redis-store.js";
