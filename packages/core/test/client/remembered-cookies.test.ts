import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createSpotifyAuth, memoryStore } from "../../src/index.js";
import { signInAs } from "../../src/testing/sign-in-as.js";
import { secret } from "../grants/world.js";

const users = 1_000;
const otherCookies = 16_000;

it("of a request only the user's own cookie is remembered, not the others that came with it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heapBytes = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const auth = createSpotifyAuth({ clientId: "client", clientSecret: "secret", redirectUri: "http://127.0.0.1:3000/callback", secret, store: memoryStore() });
  const cookies: string[] = [];
  for (let user = 0; user < users; user += 1) cookies.push(await signInAs(auth, { user: `user-${user}` }));
  const visit = async (padding: number): Promise<void> => {
    for (const cookie of cookies) expect(await auth.session({ cookie: `${"x".repeat(padding)}; ${cookie}`.split("").join("") })).not.toBeNull();
  };
  const before = heapBytes();
  await visit(otherCookies);
  expect(heapBytes() - before).toBeLessThan((users * otherCookies) / 2);
  await auth.close();
});
