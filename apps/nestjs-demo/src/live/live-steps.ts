import { createBrowser } from "demo-kit/browser";
import { endings } from "demo-kit/walk/account-steps";
import { hourMs, refreshes, signInAsMira, type Stop } from "demo-kit/walk/stop";
import { expect } from "demo-kit/walk/surprise";
import { once } from "node:events";
import { WebSocket } from "ws";

interface Frame {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export async function followLive({ browser, emulator, demo }: Stop): Promise<string> {
  const other = createBrowser(demo.origin);
  await signInAsMira(other);
  const socket = new WebSocket(`${demo.origin.replace("http", "ws")}/now-playing`, { origin: demo.origin, headers: { cookie: other.cookie() } });
  const heard = frames(socket);
  await once(socket, "open");
  socket.send(JSON.stringify({ event: "follow" }));
  expect(typeof (await heard()).data["item"] === "object", "the gateway does not say what plays");
  const before = refreshes(emulator);
  demo.clock.advance(hourMs);
  expect((await heard()).event === "playing", "the gateway lost its user when the token expired");
  expect(refreshes(emulator) === before + 1, `there were ${refreshes(emulator) - before} refreshes instead of 1`);

  const closed = once(socket, "close");
  await browser.submit(endings((await browser.open("/account")).text)[0] ?? "");
  const [code] = (await closed) as [number];
  expect(code === 4401, `the socket was closed with ${code} instead of 4401`);
  return "Heard what plays, before and after the token expired; ended from another browser, the socket closed with 4401.";
}

/** What comes next, each time it is asked. */
function frames(socket: WebSocket): () => Promise<Frame> {
  return async () => {
    const [data] = (await once(socket, "message")) as [Buffer];
    return JSON.parse(data.toString()) as Frame;
  };
}
