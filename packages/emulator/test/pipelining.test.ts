import { connect } from "node:net";
import { expect, test } from "vitest";
import { emulate, login } from "./app.js";

test("requests that a client sends without waiting for the answers before are all answered, in order", async () => {
  const emulator = await emulate();
  const { access } = await login(emulator);
  const socket = connect(Number(new URL(emulator.origin).port), "127.0.0.1");
  const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${access}\r\n${more}\r\n`;
  socket.write(get("/v1/me") + get("/v1/nothing") + get("/v1/markets", "Connection: close\r\n"));
  let received = "";
  for await (const chunk of socket.setEncoding("utf8")) received += String(chunk);
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  expect(emulator.log.slice(-3).map(({ status, delivery }) => [status, delivery])).toEqual([
    [200, "sent"],
    [404, "sent"],
    [200, "sent"],
  ]);
});
