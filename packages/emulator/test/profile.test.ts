import { expect, test } from "vitest";
import type { Emulator, EmulatorUser, ProfileField } from "../src/index.js";
import { api, emulate, login } from "./app.js";

const mira: EmulatorUser = { id: "mira", accountId: "acc-1", name: "Mira Sandoval", premium: true };
const scope = "user-read-private user-read-email";

async function me(emulator: Emulator, access: string): Promise<Readonly<Record<string, unknown>>> {
  return (await (await api(emulator, "/v1/me", access)).json()) as Record<string, unknown>;
}

test.each<ProfileField>(["account_id", "country", "email", "images", "product"])("a user without %s has everything else", async (field) => {
  const emulator = await emulate({
    users: [
      { ...mira, without: [field] },
      { ...mira, id: "whole" },
    ],
  });
  const [lacking, whole] = [
    await me(emulator, (await login(emulator, "mira", scope)).access),
    await me(emulator, (await login(emulator, "whole", scope)).access),
  ];
  expect(Object.keys(whole).filter((name) => !Object.hasOwn(lacking, name))).toEqual([field]);
});

test("a user without a name has null for it, and keeps everything else", async () => {
  const emulator = await emulate({ users: [{ ...mira, without: ["display_name"] }] });
  expect(await me(emulator, (await login(emulator, "mira", scope)).access)).toMatchObject({ display_name: null, id: "mira", product: "premium", images: [] });
});

test("a user can have a picture", async () => {
  const emulator = await emulate({ users: [{ ...mira, imageUrl: "https://i.example/mira.jpg" }] });
  expect((await me(emulator, (await login(emulator)).access))["images"]).toEqual([{ url: "https://i.example/mira.jpg", width: 300, height: 300 }]);
});

test.each<readonly [string, Readonly<Record<string, unknown>>]>([
  ["me-no-email", { email: undefined, product: "premium" }],
  ["me-no-product", { product: undefined, account_id: "acc-6f1c0a52d9e84b7c" }],
  ["me-no-name", { display_name: null, images: undefined, email: "mira@example.test" }],
  ["me-no-account-id", { account_id: undefined, id: "mira" }],
])("the live page's button %s changes one user's profile only, until it is disarmed", async (preset, fields) => {
  const emulator = await emulate();
  const [{ access }, teo] = [await login(emulator, "mira", scope), await login(emulator, "teo", scope)];
  const whole = await me(emulator, access);
  const others = await me(emulator, teo.access);
  expect(await (await fetch(emulator.origin)).text()).toContain(`value="${preset}"`);
  await fetch(`${emulator.origin}/_emulator/faults`, { method: "POST", body: new URLSearchParams({ preset, user: "mira" }) });
  const changed = await me(emulator, access);
  for (const [name, value] of Object.entries(fields)) expect(changed[name]).toEqual(value);
  expect(await me(emulator, teo.access)).toEqual(others);
  await fetch(`${emulator.origin}/_emulator/disarm`, { method: "POST", body: JSON.stringify({ id: 1 }) });
  expect(await me(emulator, access)).toEqual(whole);
});

test.each<readonly [string, RegExp]>([
  ["api-owner", /^Active premium subscription required for the owner of the app/],
  ["api-allowlist", /the user may not be registered\.$/],
])("the live page's button %s stops every call to the Web API with plain text", async (preset, sentence) => {
  const emulator = await emulate();
  const { access } = await login(emulator, "mira", "user-top-read");
  await fetch(`${emulator.origin}/_emulator/faults`, { method: "POST", body: new URLSearchParams({ preset }) });
  for (const path of ["/v1/me", "/v1/me/top/tracks", "/v1/search?q=rain&type=track"]) {
    const response = await api(emulator, path, access);
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      403,
      "text/plain; charset=utf-8",
      expect.stringMatching(sentence),
    ]);
  }
});

test("a user whose id is not plain ASCII is found by it, encoded in the path; what is no encoding is found nowhere", async () => {
  const emulator = await emulate({ users: [{ id: "zoë.müller", accountId: "acc-1", name: "Zoë Müller" }] });
  const { access } = await login(emulator, "zoë.müller", "playlist-modify-public");
  const path = `/v1/users/${encodeURIComponent("zoë.müller")}`;
  expect(await (await api(emulator, path, access)).json()).toMatchObject({ id: "zoë.müller" });
  const init = { method: "POST", body: JSON.stringify({ name: "Mine" }) };
  expect((await api(emulator, `${path}/playlists`, access, init)).status).toBe(201);
  expect(await (await api(emulator, `${path}/playlists`, access)).json()).toMatchObject({ total: 2, items: [{ name: "Mine" }, { public: true }] });
  const garbled = await api(emulator, "/v1/users/zo%EB", access);
  expect([garbled.status, await garbled.json()]).toEqual([404, { error: { status: 404, message: "Resource not found" } }]);
});
