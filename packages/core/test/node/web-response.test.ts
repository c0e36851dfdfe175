import { once } from "node:events";
import { type ClientRequest, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { createGzip } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { sendWebResponse } from "../../src/node/index.js";

/** A server that answers every request by `answer`, and a request to it. */
async function asked(answer: (response: ServerResponse) => Promise<void>): Promise<{ request: ClientRequest; answered: Promise<void> }> {
  const done = Promise.withResolvers<void>();
  const server = createServer((_, response) => void answer(response).then(done.resolve, done.reject));
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const request = get({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, agent: false });
  return { request, answered: done.promise };
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const [incoming] = (await once(request, "response")) as [IncomingMessage];
  return incoming;
}

test("cookies and Vary join what the app has set, other headers replace it", async () => {
  const { request } = await asked((response) => {
    response.setHeader("Set-Cookie", "app=1");
    response.setHeader("Vary", "Accept-Encoding");
    response.setHeader("Content-Type", "text/plain");
    const headers = [
      ["set-cookie", "ours=1"],
      ["vary", "Cookie"],
      ["vary", "cookie"],
      ["content-type", "text/html"],
    ] as [string, string][];
    return sendWebResponse(response, new Response("<p>", { status: 403, headers }));
  });
  const incoming = await answerTo(request);
  incoming.resume();
  expect(incoming.statusCode).toBe(403);
  expect(incoming.headers).toMatchObject({ "set-cookie": ["app=1", "ours=1"], "content-type": "text/html" });
  expect(incoming.headers.vary).toMatch(/^Accept-Encoding, Cookie(?:, cookie)?$/);
});

test("a browser that leaves ends the body it was sent", async () => {
  const cancelled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("one ")),
    cancel: () => cancelled.resolve(),
  });
  const { request, answered } = await asked((response) => sendWebResponse(response, new Response(body)));
  request.on("error", () => {});
  const incoming = await answerTo(request);
  incoming.on("error", () => {});
  await once(incoming, "data");
  request.destroy();
  await cancelled.promise;
  await answered;
});

test("a browser that has left already is sent nothing, and the body is ended", async () => {
  const cancelled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() });
  const { request, answered } = await asked(async (response) => {
    request.destroy();
    await once(response, "close");
    await sendWebResponse(response, new Response(body));
  });
  request.on("error", () => {});
  await cancelled.promise;
  await answered;
});

test("nor over HTTP/2", async () => {
  const cancelled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1)), cancel: () => cancelled.resolve() });
  const answered = Promise.withResolvers<void>();
  const server = http2.createServer((_, response) => {
    response.once("close", () => void sendWebResponse(response, new Response(body)).then(answered.resolve, answered.reject));
    stream.close(http2.constants.NGHTTP2_CANCEL);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const stream = client.request({ ":path": "/" });
  await cancelled.promise;
  await answered.promise;
});

test("where the app has answered meanwhile, as a timeout does, the body is ended", async () => {
  const cancelled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() });
  const { request, answered } = await asked(async (response) => {
    response.writeHead(503).end();
    await sendWebResponse(response, new Response(body, { headers: { "content-type": "application/json" } }));
  });
  const refused = expect(answered).rejects.toMatchObject({ code: "ERR_HTTP_HEADERS_SENT" });
  (await answerTo(request)).resume();
  await refused;
  await cancelled.promise;
});

test("a browser that leaves while its connection is full ends the body too", async () => {
  const cancelled = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)), cancel: () => cancelled.resolve() });
  const { request, answered } = await asked((response) => {
    const write = response.write.bind(response) as (chunk: Uint8Array) => boolean;
    response.write = (chunk: Uint8Array): boolean => {
      const more = write(chunk);
      if (!more) full.resolve();
      return more;
    };
    return sendWebResponse(response, new Response(body));
  });
  request.on("error", () => {});
  const incoming = await answerTo(request);
  incoming.on("error", () => {});
  await full.promise;
  request.destroy();
  await cancelled.promise;
  await answered;
});

test("a body that breaks off breaks the answer off: a browser never takes half of it for the whole", async () => {
  const goOn = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode("half"));
      await goOn.promise;
      controller.error(new Error("broken"));
    },
  });
  const { request, answered } = await asked((response) => sendWebResponse(response, new Response(body)));
  const incoming = await answerTo(request);
  await once(incoming, "data");
  const broken = once(incoming, "error");
  goOn.resolve();
  const [error] = (await broken) as [Error];
  expect(error.message).toBe("aborted");
  await answered;
});

test("no more is read of a body than the connection takes", async () => {
  let read = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        read += 1;
        if (read > 64) controller.close();
        else controller.enqueue(new Uint8Array(1_000_000));
      },
    },
    { highWaterMark: 0 },
  );
  const { request, answered } = await asked((response) => sendWebResponse(response, new Response(body)));
  const incoming = await answerTo(request);
  expect(read).toBeLessThan(64);
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) size += chunk.length;
  await answered;
  expect(size).toBe(64_000_000);
});

test("a middleware that compresses, and hears of drains in the answer's place, is given one listener for all of a body", async () => {
  const gzip = createGzip();
  let chunks = 50;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => (chunks-- > 0 ? controller.enqueue(new Uint8Array(65_536)) : controller.close()),
  });
  const { request, answered } = await asked((response) => {
    const [on, write, end] = [response.on.bind(response), response.write.bind(response), response.end.bind(response)];
    gzip.on("data", (chunk) => void write(chunk)).on("end", () => void end());
    Object.assign(response, {
      on: (event: string, listener: () => void) => (event === "drain" ? gzip.on(event, listener) : on(event, listener)),
      write: (chunk: Uint8Array) => gzip.write(chunk),
      end: () => gzip.end(),
    });
    return sendWebResponse(response, new Response(body));
  });
  (await answerTo(request)).resume();
  await answered;
  expect(gzip.listenerCount("drain")).toBeLessThan(3);
});
