import { expect, it } from "vitest";
import { createSpotifyAuth, memoryStore } from "../../src/index.js";
import { isForeignHandshake } from "../../src/node/index.js";
import { secret } from "../grants/world.js";

const options = { clientId: "client-1", redirectUri: "https://app.example/callback", secret, store: memoryStore() };
const ours = "__Host-refrain=key.secret";
const own = "https://app.example";

it.each([
  ["our own page's", { cookie: ours, origin: own }, false],
  ["our own page's, as newer browsers say it", { cookie: ours, origin: own, "sec-fetch-site": "same-origin" }, false],
  ["our own page's that polls first", { cookie: ours, "sec-fetch-site": "same-origin" }, false],
  ["another site's image", { cookie: ours, "sec-fetch-site": "cross-site" }, true],
  ["another site's that adds what its browser has left out", { cookie: ours, origin: "https://evil.example", "sec-fetch-site": "same-origin" }, true],
  ["another site's", { cookie: ours, origin: "https://evil.example" }, true],
  ["another site's that claims our origin", { cookie: ours, origin: own, "sec-fetch-site": "cross-site" }, true],
  ["a sibling's", { cookie: ours, origin: "https://www.app.example", "sec-fetch-site": "same-site" }, true],
  ["a sandboxed frame's", { cookie: ours, origin: "null" }, true],
  ["that of a host whose name begins like ours", { cookie: ours, origin: `${own}.evil.example` }, true],
  ["that of who keeps silent", { cookie: ours }, true],
  ["another site's without our cookie", { cookie: "other=1", origin: "https://evil.example" }, false],
  ["another site's without any cookie", { origin: "https://evil.example" }, false],
])("S-040 a handshake is told for what it is: %s", (_, headers, isForeign) => {
  const auth = createSpotifyAuth(options);
  const heard: unknown[] = [];
  auth.on("forgeryBlocked", (detail) => heard.push(detail));
  expect(isForeignHandshake(auth, { method: "GET", url: "/", headers })).toBe(isForeign);
  expect(heard).toEqual(isForeign ? [{ route: "socket" }] : []);
});

it("S-040 where Spotify is linked any cookie counts: one of them is the app's own session", () => {
  const auth = createSpotifyAuth({ ...options, subject: () => null });
  const headers = { cookie: "app=1", origin: "https://evil.example" };
  expect(isForeignHandshake(auth, { headers })).toBe(true);
  expect(isForeignHandshake(auth, { headers: { ...headers, origin: own } })).toBe(false);
  expect(isForeignHandshake(auth, { headers: { origin: "https://evil.example" } })).toBe(false);
});
