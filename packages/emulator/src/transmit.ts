import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Answer } from "./answer.js";

/** How an answer travels, or does not. */
export type Transmission =
  | { readonly how: "whole" | "reset" | "lost" | "never" | "truncated" }
  | { readonly how: "slow"; readonly everyMs: number }
  | { readonly how: "bloated"; readonly bytes: number; readonly gzip: boolean };

/** Sends an answer. Resolves to whether all of it was handed to the operating system. `gone` ends what would last for ever. */
export async function transmit(
  response: ServerResponse,
  answer: Answer,
  transmission: Transmission,
  gone: Promise<void> = new Promise(() => {}),
): Promise<boolean> {
  // Not the response's own: it has none while answers to requests before it on the same connection are on their way.
  const { socket } = response.req;
  if (socket.destroyed) return false;
  const closed = new Promise<void>((resolve) => response.once("close", resolve));
  const length = Buffer.byteLength(answer.body);
  switch (transmission.how) {
    case "whole":
      response.writeHead(answer.status, answer.status === 204 ? answer.headers : { ...answer.headers, "content-length": String(length) });
      response.end(answer.body);
      // `finish` comes before a client in the same process can see the answer, so that its log entry is complete by then.
      await Promise.race([new Promise<void>((resolve) => response.once("finish", resolve)), closed]);
      return response.writableFinished;
    case "reset":
      socket.resetAndDestroy();
      return false;
    case "lost":
      socket.destroy();
      return false;
    case "never":
      await Promise.race([gone, closed]);
      socket.destroy();
      return false;
    case "truncated":
      response.writeHead(answer.status, { ...answer.headers, "content-length": String(length) });
      await new Promise<void>((resolve) => response.write(answer.body.slice(0, Math.floor(answer.body.length / 2)), () => resolve()));
      socket.destroy();
      return false;
    case "slow":
      return await sendSlowly(response, answer, transmission.everyMs, gone);
    case "bloated":
      return await sendBloated(response, transmission.bytes, transmission.gzip);
  }
}

async function sendSlowly(response: ServerResponse, answer: Answer, everyMs: number, gone: Promise<void>): Promise<boolean> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  response.once("close", abort);
  void gone.then(abort);
  response.writeHead(answer.status, { ...answer.headers, "content-length": String(Buffer.byteLength(answer.body)) });
  try {
    for (const byte of Buffer.from(answer.body)) {
      response.write(Buffer.of(byte));
      await wait(everyMs, undefined, { signal: stop.signal, ref: false });
    }
    response.end();
    return true;
  } catch {
    response.destroy();
    return false;
  }
}

async function sendBloated(response: ServerResponse, bytes: number, gzip: boolean): Promise<boolean> {
  const source = Readable.from(bloatedJson(bytes));
  response.writeHead(200, { "content-type": "application/json", ...(gzip ? { "content-encoding": "gzip" } : {}) });
  try {
    await (gzip ? pipeline(source, createGzip(), response) : pipeline(source, response));
    return true;
  } catch {
    return false;
  }
}

function* bloatedJson(bytes: number): Generator<string> {
  const chunk = "a".repeat(65_536);
  yield '{"access_token":"';
  for (let left = bytes; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.slice(0, left) : chunk;
  yield '","token_type":"Bearer","expires_in":3600}';
}
