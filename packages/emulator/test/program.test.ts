import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

test("the program starts on a free port, says where, and ends on SIGTERM", async () => {
  const child = spawn(process.execPath, [
    program,
    "--port",
    "0",
    "--refresh",
    "family",
    "--auto-consent",
    "mira",
    "--redirect-uri",
    "http://127.0.0.1/done",
    "--revocation",
    "--consent-renewal",
    "keeps",
  ]);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line.toString())?.[0] ?? "";
  const url = `${origin}/authorize?client_id=emulator-client&response_type=code&redirect_uri=http://127.0.0.1:1/done`;
  expect((await fetch(url, { redirect: "manual" })).headers.get("location")).toMatch(/^http:\/\/127\.0\.0\.1:1\/done\?code=AQ/);
  expect(await (await fetch(`${origin}/_emulator/state`)).json()).toMatchObject({ behaviour: "family", revocation: true, consentRenewal: "keeps" });
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test.each([
  ["an unknown flag", ["--prot", "8888"], /^Unknown option '--prot'.*\n$/],
  ["another address", ["--host", "0.0.0.0"], /binds 127\.0\.0\.1 only/],
  ["a nonsensical port", ["--port", "http"], /port must be an integer/],
  ["an unknown behaviour", ["--refresh", "sometimes"], /refresh must be one of/],
  ["an unknown renewal", ["--consent-renewal", "sometimes"], /consentRenewal must be one of/],
  ["consent by nobody", ["--auto-consent", "nobody"], /autoConsent names no user/],
])("the program refuses %s", async (_what, flags, sentence) => {
  const child = spawn(process.execPath, [program, ...flags]);
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  expect(await once(child, "close")).toEqual([1, null]);
  expect(complaint).toMatch(sentence);
});
