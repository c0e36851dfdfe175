import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { TokenAnswer } from "../../src/protocol/token-answer.js";
import { serve } from "./loopback-server.js";
import { endpointAt, endpointOf, goodCallback, REDIRECT_URI } from "./tokens.js";

const CANARIES = {
  clientSecret: "canarySecret9f3c5a7e1b",
  refreshToken: "AQcanaryRefresh4d8e2f6a",
  code: "AQcanaryCode7b1c9d3e5f",
  codeVerifier: "canaryVerifier".padEnd(43, "8a6c4e2f0b"),
  accessToken: "BQcanaryAccess0a2b4c6d",
  description: "canaryDescription5e7f9a1b",
};

const FAULTS: [string, number, Record<string, string>, (echo: string) => string][] = [
  [
    "invalid_grant",
    400,
    { "content-type": "application/json" },
    (echo) => JSON.stringify({ error: "invalid_grant", error_description: echo, error_uri: echo }),
  ],
  [
    "invalid_client",
    401,
    { "content-type": "application/json", "www-authenticate": "Basic" },
    (echo) => JSON.stringify({ error: "invalid_client", error_description: echo }),
  ],
  ["an error that is a secret", 400, { "content-type": "application/json" }, (echo) => JSON.stringify({ error: echo })],
  ["a wrong method", 405, { "content-type": "application/json" }, (echo) => JSON.stringify({ error: echo })],
  ["a throttle", 429, { "retry-after": "canaryDescription5e7f9a1b" }, (echo) => echo],
  ["HTML", 502, { "content-type": "text/html" }, (echo) => `<html>${echo}</html>`],
  ["JSON cut short", 200, { "content-type": "application/json" }, (echo) => `{"access_token":"${CANARIES.accessToken}","x":"${echo}`],
  ["a short body, which JSON.parse quotes", 200, { "content-type": "application/json" }, () => CANARIES.accessToken],
  [
    "a success with a wrong lifetime",
    200,
    {},
    () => JSON.stringify({ access_token: CANARIES.accessToken, token_type: "bearer", expires_in: CANARIES.description }),
  ],
  ["a success of another type", 200, {}, () => JSON.stringify({ access_token: CANARIES.accessToken, token_type: CANARIES.description })],
  ["a body over the limit", 200, {}, (echo) => JSON.stringify({ access_token: CANARIES.accessToken, token_type: "bearer", x: echo.repeat(1000) })],
  ["a redirect", 307, { location: "/canaryDescription5e7f9a1b" }, (echo) => echo],
];

describe("nothing secret is in what a failed request returns", () => {
  it.each(FAULTS)("after %s", async (_what, status, headers, body) => {
    const { origin, received } = await serve(
      (response, request) =>
        void response.writeHead(status, headers).end(body(`${CANARIES.description} ${request.body} ${String(request.headers.authorization)}`)),
    );
    const endpoint = endpointAt(origin, { clientSecret: CANARIES.clientSecret });
    const answers = [
      await endpoint.refresh(CANARIES.refreshToken),
      await endpoint.exchange(goodCallback(origin, CANARIES.code), CANARIES.codeVerifier, REDIRECT_URI),
    ];
    expect(received).toHaveLength(2);
    for (const answer of answers) expectClean(answer);
    expectClean(endpoint);
  });

  it("after a fetch that fails with everything in its error", async () => {
    const endpoint = endpointOf(
      (url, init) => {
        const everything = Object.values(CANARIES).join(" ");
        throw Object.assign(new TypeError(everything, { cause: Object.assign(new Error(everything), { code: everything }) }), { url, init });
      },
      { clientSecret: CANARIES.clientSecret },
    );
    expectClean(await endpoint.refresh(CANARIES.refreshToken));
    expectClean(await endpoint.exchange(goodCallback("https://accounts.spotify.com", CANARIES.code), CANARIES.codeVerifier, REDIRECT_URI));
  });
});

function expectClean(value: TokenAnswer | object): void {
  if ("kind" in value) expect(value.kind).not.toBe("success");
  const seen = [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value)].join("\n");
  for (const canary of Object.values(CANARIES)) {
    const bytes = Buffer.from(canary);
    for (const form of [canary, bytes.toString("base64url"), bytes.toString("hex"), encodeURIComponent(canary)]) {
      for (let start = 0; start + 12 <= form.length; start += 1)
        if (seen.includes(form.slice(start, start + 12))) expect.unreachable(`a slice of a canary is in the answer`);
    }
  }
}
