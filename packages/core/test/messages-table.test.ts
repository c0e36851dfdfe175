import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../src/errors/configuration-error.js";
import { IntegrityError } from "../src/errors/integrity-error.js";
import { LoginFailed, type LoginFailure } from "../src/errors/login-failed.js";
import { MissingScopes } from "../src/errors/missing-scopes.js";
import { NotAllowlisted } from "../src/errors/not-allowlisted.js";
import { NotAuthenticated } from "../src/errors/not-authenticated.js";
import { RateLimited } from "../src/errors/rate-limited.js";
import { ReauthorizationRequired } from "../src/errors/reauthorization-required.js";
import { RequestRefused } from "../src/errors/request-refused.js";
import type { SpotifyAuthError, SpotifyAuthErrorCode } from "../src/errors/spotify-auth-error.js";
import { TemporarilyUnavailable } from "../src/errors/temporarily-unavailable.js";
import { eventLines } from "../src/log-events.js";
import { errorPage } from "../src/routes/error-pages.js";
import { problemResponse } from "../src/routes/problem.js";
import { readSettings } from "../src/settings/read-options.js";
import { BASE, SECRET } from "./routes/world.js";
import { quoted, tableIn } from "./table.js";

const login = `${BASE}/login`;
const settings = readSettings({ clientId: "client-1", secret: SECRET, redirectUri: `${BASE}/callback` }, () => undefined);

/** An error for each reason. A reason that is missing here, or is none, does not compile. */
function each<Reason extends string>(reasons: Readonly<Record<Reason, true>>, make: (reason: Reason) => SpotifyAuthError): readonly SpotifyAuthError[] {
  return (Object.keys(reasons) as Reason[]).map(make);
}

const loginFailures: Record<LoginFailure, true> = {
  unknownTransaction: true,
  alreadyUsed: true,
  malformed: true,
  denied: true,
  wrongIssuer: true,
  refused: true,
  otherAccount: true,
  otherSubject: true,
  closedSince: true,
  scopesNotGranted: true,
  unavailable: true,
};
const ended: Record<ReauthorizationRequired["reason"], true> = { expired: true, revoked: true, lostRotation: true };
const unavailable: Record<TemporarilyUnavailable["reason"], true> = { spotify: true, store: true, unknownKey: true, closing: true };
const unlisted: Record<NotAllowlisted["reason"], true> = { user: true, owner: true };

const errors: Record<SpotifyAuthErrorCode, readonly SpotifyAuthError[]> = {
  not_authenticated: [new NotAuthenticated(login)],
  reauthorization_required: each(ended, (reason) => new ReauthorizationRequired(reason, login)),
  missing_scopes: [new MissingScopes(["streaming"], login), new MissingScopes([], login)],
  not_allowlisted: each(unlisted, (reason) => new NotAllowlisted(reason)),
  rate_limited: [new RateLimited(1_000)],
  temporarily_unavailable: each(unavailable, (reason) => new TemporarilyUnavailable(reason, 1_000)),
  login_failed: each(loginFailures, (reason) => new LoginFailed(reason, login)),
  request_refused: [new RequestRefused(418)],
  configuration_error: [new ConfigurationError(["problem"])],
  integrity_error: [new IntegrityError()],
};
const every = Object.values(errors).flat();

/** A row as the code has it: class, reason, status, code, title. */
function rowOf(error: SpotifyAuthError): readonly string[] {
  const reason = "reason" in error ? `\`${String(error.reason)}\`` : error instanceof MissingScopes && error.missing.length === 0 ? "not said" : "";
  const { title } = errorPage(settings, error, "visiting", { label: "Try again", again: "GET" });
  return [`\`${error.name}\``, reason, String(error.status), `\`${error.code}\``, title];
}

const rows = tableIn("messages.md", "Errors");
const routeRows = tableIn("messages.md", "Answers of the routes");

describe("messages.md", () => {
  it("has a row for every error and each of its reasons, with status, code and the page's title as in the code, and no other row", () => {
    const written = rows.map((row) => ["class", "reason", "status", "code", "page title"].map((column) => row[column] ?? "").join(" | "));
    expect(every.length).toBeGreaterThan(20);
    expect(written.toSorted()).toEqual(every.map((error) => rowOf(error).join(" | ")).toSorted());
  });

  it("knows every class that there is", () => {
    const files = readdirSync(new URL("../src/errors/", import.meta.url)).filter((name) => name !== "spotify-auth-error.ts");
    expect(files.length).toBe(new Set(every.map(({ name }) => name)).size);
  });

  it.each(every.map((error) => [rowOf(error).slice(0, 2).join(" "), error] as const))("%s: a program gets that status, code and reason", async (_, error) => {
    const response = problemResponse(settings, error);
    const row = rows.find((candidate) => JSON.stringify(rowOf(error).slice(0, 2)) === JSON.stringify([candidate["class"], candidate["reason"]]));
    const { status, code, reason } = (await response.json()) as { status: number; code: string; reason?: string };
    expect([response.status, status, `\`${code}\``]).toEqual([Number(row?.["status"]), Number(row?.["status"]), row?.["code"]]);
    expect(reason ?? "").toBe(row?.["reason"] === "not said" ? "" : (quoted(row?.["reason"])[0] ?? ""));
  });

  it("has a row for every answer of the routes that is no error of a class, and no other", () => {
    const sources = readdirSync(new URL("../src/routes/", import.meta.url)).map((name) =>
      readFileSync(new URL(`../src/routes/${name}`, import.meta.url), "utf8"),
    );
    const answered = sources.flatMap((source) => [
      ...[...source.matchAll(/\bproblem\((\d+), "(\w+)"/g)].map(([, status, code]) => `${status} ${code}`),
      ...[...source.matchAll(/status: (\d+),\s+failure: \{ code: "(\w+)"[^}]*\},\s+title: "([^"]+)"/g)].map(
        ([, status, code, title]) => `${status} ${code} ${title}`,
      ),
    ]);
    expect(answered.length).toBeGreaterThan(5);
    const pages = answered.filter((answer) => answer.split(" ").length > 2);
    const bare = answered.filter((answer) => answer.split(" ").length === 2 && !pages.some((page) => page.startsWith(`${answer} `)));
    const written = routeRows.map((row) => `${row["status"]} ${quoted(row["code"])[0]} ${row["page title"]}`.trim());
    expect(written.toSorted()).toEqual([...new Set([...pages, ...bare])].toSorted());
  });

  it("names events that there are, and says of each row what to do", () => {
    for (const row of [...rows, ...routeRows]) {
      for (const event of quoted(row["log"])) expect(Object.keys(eventLines)).toContain(event);
      expect(row["what to do"]).toMatch(/^[A-Z].*\.$/);
    }
  });
});
