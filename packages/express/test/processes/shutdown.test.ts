import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "client-kit/http";
import { expire, type Fleet, nameOf, startFleet, visitorWith } from "./fleet.js";
import { until } from "./until.js";

let fleet: Fleet;
let signedIn = 0;
beforeAll(async () => {
  fleet = await startFleet({ processes: 2, users: 4, refresh: "family" });
}, 60_000);
afterAll(() => fleet.close());

describe("F-026 SIGTERM in the middle of a refresh", () => {
  it.each(["waits for the answer", "has left"])(
    "whose caller %s: nothing new is taken, the tokens are stored, the process ends by itself",
    { timeout: 60_000 },
    async (caller) => {
      const visitor = await fleet.signIn(nameOf(signedIn++));
      const refreshes = (): number => fleet.emulator.tokenCalls({ user: visitor.user, grantType: "refresh_token" });
      expire(fleet);
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      fleet.emulator.fault({ on: "token", user: visitor.user, kind: "held", until: held, times: 1 });

      const [ending] = fleet.running;
      if (ending === undefined) expect.unreachable("no process");
      const direct = `http://127.0.0.1:${ending.port}`;
      const asked = caller === "has left" ? leave(direct, visitor.cookie, () => refreshes() === 1) : visitorWith(direct, visitor.user, visitor.cookie).ask();
      await until(() => refreshes() === 1, "the refresh");
      if (caller === "has left") await asked;
      fleet.proxy.remove(ending.number);
      ending.signal("SIGTERM");
      await refusesConnections(direct);
      release();

      if (caller !== "has left") expect(await asked).toMatchObject({ status: 200 });
      expect(await ending.ended).toBe(0);
      expect(await visitor.ask()).toMatchObject({ status: 200 });
      expect(refreshes()).toBe(1);
      expire(fleet);
      expect(await visitor.ask()).toMatchObject({ status: 200 });
      await fleet.start();
    },
  );
});

/** Asks, and hangs up when it is time. */
async function leave(origin: string, cookie: string, isTime: () => boolean): Promise<void> {
  const { hostname, port } = new URL(origin);
  const outgoing = request({ hostname, port, path: "/me", headers: { cookie }, agent: false });
  outgoing.on("error", () => undefined).end();
  await until(isTime, "the moment to leave");
  outgoing.destroy();
}

async function refusesConnections(origin: string): Promise<void> {
  let refused = false;
  while (!refused)
    refused = await send(origin, "/nothing")
      .then(() => false)
      .catch((error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED");
}
