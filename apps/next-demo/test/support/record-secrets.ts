import { appendFileSync } from "node:fs";

/** Loaded into the app's process before all else: notes every secret that the app and the token endpoint tell each other, in the file SECRETS_FILE. */
const plain = globalThis.fetch;
const file = process.env["SECRETS_FILE"] ?? "";

globalThis.fetch = async (input, init) => {
  const response = await plain(input, init);
  if (!String(input instanceof Request ? input.url : input).endsWith("/api/token")) return response;
  const form = new URLSearchParams(init?.body as string | URLSearchParams);
  const body = (await response
    .clone()
    .json()
    .catch(() => ({}))) as Record<string, unknown>;
  const told = [...["code", "code_verifier", "refresh_token"].map((name) => form.get(name)), body["access_token"], body["refresh_token"]];
  for (const value of told) if (typeof value === "string" && value !== "") appendFileSync(file, `${value}\n`);
  return response;
};
