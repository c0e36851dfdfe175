import { registerHooks } from "node:module";

// A process of its own that watches, gives its own client back, and has nothing else to do: <kind of client> <port>.
// It runs the sources as they are: Node takes the types out, and this finds the file behind a specifier.
registerHooks({
  resolve: (specifier, context, next) => next(context.parentURL?.endsWith(".ts") ? specifier.replace(/^(\..+)\.js$/, "$1.ts") : specifier, context),
});
const { redisStore } = await import("../src/index.js");
const { clientKinds } = await import("./clients.js");
const { ask } = await import("server-kit/redis-cluster");

const [kind = "", port = "", how = ""] = process.argv.slice(2);
const opened = await clientKinds[kind as "redis" | "ioredis"](Number(port));
const store = redisStore(opened.client);
const renewed = new Promise((resolve) => void store.watch?.(resolve).then(() => lose(resolve)));
process.stdout.write(`, ${String(await renewed)}\n`);
await opened.end();

async function lose(resolve: (how: string) => void): Promise<void> {
  process.stdout.write("watching");
  if (how === "renewed") return void (await ask(Number(port), "CLIENT KILL TYPE pubsub"));
  await ask(Number(port), "SHUTDOWN NOSAVE").catch(() => undefined);
  resolve("lost");
}
