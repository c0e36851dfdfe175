import { inspect } from "node:util";
import { expect, test } from "vitest";
import { api, authorizeUrl, basic, emulate, exchange, pkce, postToken, refresh, secretApp, tokensOf } from "./app.js";

test("L-007 no token, code, verifier, secret or session is in the log, the history, a page, the state or the events", async () => {
  const emulator = await emulate({ refresh: "family", revocation: true, consentRenewal: "keeps" });
  const { verifier, challenge } = pkce();
  const url = authorizeUrl(emulator, { code_challenge: challenge, code_challenge_method: "S256", state: "canary-state-0123456789" });
  const signedIn = await fetch(url, { method: "POST", body: new URLSearchParams({ step: "sign-in", user: "mira" }), redirect: "manual" });
  const session = /=([^;]+)/.exec(signedIn.headers.get("set-cookie") ?? "")?.[1] ?? "";
  const stream = await fetch(`${emulator.origin}/_emulator/events`);
  const code = (await emulator.approve(url, { user: "mira" })).searchParams.get("code") ?? "";
  const first = tokensOf(await exchange(emulator, code, { code_verifier: verifier }));
  const second = tokensOf(await refresh(emulator, first.refresh));
  emulator.fault({ on: "token", kind: "processed-then-status", status: 500, times: 1 });
  await fetch(`${emulator.origin}/api/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: second.refresh }),
    headers: { authorization: basic },
  });
  await refresh(emulator, first.refresh);
  await exchange(emulator, code, { code_verifier: verifier });
  await api(emulator, "/v1/me", second.access);
  await api(emulator, `/v1/tracks/${second.access}`, second.access);
  await postToken(emulator, { grant_type: second.refresh, client_id: first.access }, null);
  const bounced = (await emulator.approve(url, { user: "mira", silently: true })).searchParams.get("code") ?? "";
  await fetch(`${emulator.origin}/oauth2/revoke/v1`, {
    method: "POST",
    body: new URLSearchParams({ token: second.refresh }),
    headers: { authorization: basic },
  });
  const pages = await Promise.all(["/", "/_emulator/state", "/_emulator/log"].map(async (path) => await (await fetch(`${emulator.origin}${path}`)).text()));
  await emulator.close();
  const events = await stream.text().catch(() => "");
  const everything = [
    inspect(emulator, { depth: 20, showHidden: true }),
    inspect([emulator.history, emulator.authorizations], { depth: 20 }),
    JSON.stringify(emulator.log),
    ...pages,
    events,
  ].join("\n");

  expect(everything).toContain("replayed-revoked-family");
  const secrets = {
    code,
    bounced,
    verifier,
    session,
    state: "canary-state-0123456789",
    secret: secretApp.clientSecret,
    ...prefixed("first", first),
    ...prefixed("second", second),
  };
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(4);
    for (let start = 0; start === 0 || start + 12 <= secret.length; start++) {
      if (everything.includes(secret.slice(start, start + 12))) throw new Error(`A piece of the ${name} leaks.`);
    }
  }
});

function prefixed(name: string, tokens: { readonly access: string; readonly refresh: string }): Readonly<Record<string, string>> {
  return { [`${name} access token`]: tokens.access, [`${name} refresh token`]: tokens.refresh };
}
