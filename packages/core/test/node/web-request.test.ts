import { connect, constants, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { toWebRequest } from "../../src/node/web-request.js";

/** What a request over HTTP/2, whose body is sent without a length, is for core. */
async function received(method: string, body: string | null): Promise<{ readonly hasBody: boolean; readonly text: string }> {
  const { promise, resolve } = Promise.withResolvers<{ readonly hasBody: boolean; readonly text: string }>();
  const server = createServer((incoming, outgoing) => {
    const request = toWebRequest(incoming, outgoing);
    resolve(request.text().then((text) => ({ hasBody: request.body !== null, text })));
    void promise.then(() => outgoing.end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const stream = client.request({ ":method": method, ":path": "/auth/spotify/api/v1/me/player/play" }, { endStream: body === null });
  if (body !== null) stream.end(body);
  stream.resume();
  return promise;
}

it("a body that HTTP/2 sends without a length is passed on; where there is none, none is made up", async () => {
  expect(await received("PUT", '{"position_ms":0}')).toEqual({ hasBody: true, text: '{"position_ms":0}' });
  expect(await received("DELETE", null)).toEqual({ hasBody: false, text: "" });
});

it("a browser that leaves over HTTP/2 before the answer has aborts its request", async () => {
  const left = Promise.withResolvers<void>();
  const server = createServer((incoming, outgoing) => {
    const { signal } = toWebRequest(incoming, outgoing);
    outgoing.once("close", () => (signal.aborted ? left.resolve() : left.reject(new Error("Nobody was told."))));
    stream.close(constants.NGHTTP2_CANCEL);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const stream = client.request({ ":path": "/auth/spotify/api/v1/me/player" });
  await left.promise;
});
