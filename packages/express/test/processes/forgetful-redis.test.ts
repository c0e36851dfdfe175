import { afterEach, beforeEach, expect, it } from "vitest";
import type { Answer } from "client-kit/http";
import { type AppProcess, type Fleet, nameOf, startFleet, type Visitor, visitorWith } from "./fleet.js";
import { startForgetfulRedis, type StoreServer } from "./store-server.js";

let server: StoreServer;
let fleet: Fleet;
beforeEach(async () => {
  server = await startForgetfulRedis();
  fleet = await startFleet({ processes: 2, users: 3, refresh: "family", address: server.address });
}, 60_000);
afterEach(async () => {
  await fleet.close();
  await server.stop();
});

it("a Redis that keeps nothing is restarted: all are signed out, nobody is somebody else, and no process ends", { timeout: 60_000 }, async () => {
  const visitors: readonly Visitor[] = await Promise.all([0, 1, 2].map((index) => fleet.signIn(nameOf(index))));
  for (const visitor of visitors) expect(await visitor.ask()).toMatchObject({ status: 200 });
  const before = [...fleet.running];
  await server.restart();

  await eachAnswers(before, visitors, signedOut);
  // All but one sign in again; the old cookies stay nobody's.
  const back = await Promise.all(visitors.slice(1).map(({ user }) => fleet.signIn(user)));
  await eachAnswers(before, visitors, signedOut);
  await eachAnswers(before, back, (answer, { user }) => {
    expect(answer).toMatchObject({ status: 200 });
    expect(JSON.parse(answer.text)).toMatchObject({ display_name: user });
  });
  expect(fleet.running).toEqual(before);
  expect(fleet.emulator.tokenCalls({ grantType: "refresh_token" })).toBe(0);
});

function signedOut({ status, text }: Answer): void {
  expect(status).toBe(401);
  expect(text).toContain("not_authenticated");
}

/** Looks at what each process answers each visitor, once it has reached the store again. */
async function eachAnswers(processes: readonly AppProcess[], visitors: readonly Visitor[], look: (answer: Answer, visitor: Visitor) => void): Promise<void> {
  for (const { port } of processes) {
    for (const visitor of visitors) {
      const direct = visitorWith(`http://127.0.0.1:${port}`, visitor.user, visitor.cookie);
      let answer = await direct.ask();
      while (answer.status === 503) answer = await direct.ask();
      look(answer, visitor);
    }
  }
}
