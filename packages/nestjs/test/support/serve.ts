import type { INestApplication } from "@nestjs/common";
import type { AbstractHttpAdapter } from "@nestjs/core";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Platform } from "./platforms.js";

/**
 * Puts an app on real HTTP for one test. Resolves to what was made, and its origin.
 *
 * @param options Fastify's own.
 */
export async function serve<Made extends { readonly app: INestApplication }>(
  platform: Platform,
  create: (adapter: AbstractHttpAdapter, origin: string) => Promise<Made>,
  options: object = {},
): Promise<Made & { readonly origin: string }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = await create(platform.adapter(server, options), origin);
  const { app } = made;
  await app.init();
  await platform.ready(app);
  onTestFinished(async () => {
    server.closeAllConnections();
    await app.close();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  return { ...made, origin };
}
