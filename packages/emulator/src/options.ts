import { consentRenewals, type ConsentRenewal } from "./consent-renewals.js";
import { defaultClients, type EmulatorClient } from "./clients.js";
import { refreshBehaviours, type RefreshBehaviour } from "./refresh-behaviours.js";
import { defaultUsers, type EmulatorUser } from "./users.js";

/** How an emulator is set up. Everything has a default. */
export interface EmulatorOptions {
  /** TCP port on 127.0.0.1, the only address it ever binds. An integer from 0 to 65535. @defaultValue 0 (any free port) */
  readonly port?: number;
  /** @defaultValue one app, `emulator-client` with the secret `emulator-secret` */
  readonly clients?: readonly EmulatorClient[];
  /** @defaultValue three invented people: `mira`, `teo`, `anouk` */
  readonly users?: readonly EmulatorUser[];
  /** What happens to refresh tokens. @defaultValue "non-rotating" (today's Spotify) */
  readonly refresh?: RefreshBehaviour;
  /** How long the previous refresh token still works under `grace`, in milliseconds of the emulator's clock, > 0. @defaultValue 30_000 */
  readonly refreshGraceMs?: number;
  /** Life of an access token, in milliseconds of the emulator's clock, >= 1000. Answers carry it in whole seconds. @defaultValue 3_600_000 (one hour, as Spotify) */
  readonly accessTokenLifetimeMs?: number;
  /** Life of an authorization code, in milliseconds of the emulator's clock, > 0 to 600_000. @defaultValue 60_000 (stricter than Spotify's "a few minutes") */
  readonly codeLifetimeMs?: number;
  /** Texts of the Web API's 401: the single one that Spotify sends since July 2026, or the ones before. @defaultValue "2026" */
  readonly unauthorizedTexts?: "2026" | "before-2026";
  /** Whether the six months begin again when a user who approved before is bounced straight back. Nobody knows how Spotify does it. @defaultValue "restarts" */
  readonly consentRenewal?: ConsentRenewal;
  /** Whether `POST /oauth2/revoke/v1` (RFC 7009) is served. Nobody has shown that Spotify serves it to dashboard apps. @defaultValue false: 404 */
  readonly revocation?: boolean;
  /** Base clock, in Unix ms; {@link Emulator.advance} adds to it. @defaultValue Date.now */
  readonly now?: () => number;
  /** Drawn by faults that have a probability; from 0 to below 1. Credentials never come from it. @defaultValue Math.random */
  readonly random?: () => number;
  /** A user id: `GET /authorize` approves at once as this user, without a page, as for a returning user. @defaultValue absent: the pages ask */
  readonly autoConsent?: string;
}

export type ResolvedOptions = Required<Omit<EmulatorOptions, "autoConsent">> & Pick<EmulatorOptions, "autoConsent">;

/** Options with defaults filled in. @throws RangeError or TypeError when one of them makes no sense. */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    port: options.port ?? 0,
    clients: options.clients ?? defaultClients,
    users: options.users ?? defaultUsers,
    refresh: options.refresh ?? "non-rotating",
    refreshGraceMs: options.refreshGraceMs ?? 30_000,
    accessTokenLifetimeMs: options.accessTokenLifetimeMs ?? 3_600_000,
    codeLifetimeMs: options.codeLifetimeMs ?? 60_000,
    unauthorizedTexts: options.unauthorizedTexts ?? "2026",
    consentRenewal: options.consentRenewal ?? "restarts",
    revocation: options.revocation ?? false,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    ...(options.autoConsent === undefined ? {} : { autoConsent: options.autoConsent }),
  };
  requireRange("port", resolved.port, 0, 65_535);
  requireRange("refreshGraceMs", resolved.refreshGraceMs, 1);
  requireRange("accessTokenLifetimeMs", resolved.accessTokenLifetimeMs, 1000);
  requireRange("codeLifetimeMs", resolved.codeLifetimeMs, 1, 600_000);
  if (!refreshBehaviours.includes(resolved.refresh)) throw new TypeError(`refresh must be one of ${refreshBehaviours.join(", ")}.`);
  if (!consentRenewals.includes(resolved.consentRenewal)) throw new TypeError(`consentRenewal must be one of ${consentRenewals.join(", ")}.`);
  requireUnique(
    "client",
    resolved.clients.map((client) => client.clientId),
  );
  for (const uri of resolved.clients.flatMap((client) => client.redirectUris)) {
    if (!URL.canParse(uri) || /[^!-~]/.test(uri)) throw new TypeError(`${uri} is no redirect URI: it begins with a scheme, and all of it is ASCII.`);
  }
  requireUnique(
    "user",
    resolved.users.map((user) => user.id),
  );
  const { autoConsent } = resolved;
  if (autoConsent !== undefined && !resolved.users.some((user) => user.id === autoConsent)) throw new TypeError("autoConsent names no user.");
  return resolved;
}

function requireRange(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${name} must be an integer from ${least} to ${most}.`);
}

function requireUnique(what: string, ids: readonly string[]): void {
  if (new Set(ids).size !== ids.length) throw new TypeError(`Two ${what}s have the same id.`);
}
