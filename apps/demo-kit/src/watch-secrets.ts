import { onTestFinished, vi } from "vitest";

/** All that passes between the app and the token endpoint and must go no further: codes, verifiers, tokens, the client's secret. Fills as they pass, until the test ends. */
export function watchSecrets(): Set<string> {
  const secrets = new Set<string>();
  const remember = (value: unknown): void => {
    if (typeof value === "string" && value !== "") secrets.add(value);
  };
  const original = globalThis.fetch;
  vi.stubGlobal("fetch", async (input: string | URL | Request, init?: RequestInit) => {
    const response = await original(input, init);
    if (!String(input instanceof Request ? input.url : input).endsWith("/api/token")) return response;
    const form = new URLSearchParams(init?.body as string | URLSearchParams);
    for (const name of ["code", "code_verifier", "refresh_token"]) remember(form.get(name));
    const [, basic = ""] = /^Basic (.+)$/.exec(new Headers(init?.headers).get("authorization") ?? "") ?? [];
    remember(atob(basic).split(":")[1]);
    const body = (await response
      .clone()
      .json()
      .catch(() => ({}))) as Record<string, unknown>;
    for (const name of ["access_token", "refresh_token"]) remember(body[name]);
    return response;
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return secrets;
}

/** Those of the secrets that show in a text: as they are, encoded, or a part of them. */
export function leaks(secrets: ReadonlySet<string>, text: string): readonly string[] {
  return [...secrets].filter((value) =>
    [value, encodeURIComponent(value), Buffer.from(value).toString("base64url"), value.slice(4, 20)].some((form) => text.includes(form)),
  );
}
