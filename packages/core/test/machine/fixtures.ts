import type { GrantEvent } from "../../src/machine/events.js";
import type { Access, Grant, Lease, Phase, Session } from "../../src/machine/grant.js";
import { defaultTimings } from "../../src/machine/timings.js";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** A Tuesday in June. */
export const now: number = Date.UTC(2026, 5, 16, 12);
export const timings: typeof defaultTimings = defaultTimings;

export const lease: Lease = { id: "lease-1", startedAt: now - 5_000, until: now + 40_000 };

export const phases = {
  active: { name: "active" },
  refreshing: { name: "refreshing", lease },
  backoff: { name: "backoff", retryAt: now + 20_000, cause: "ambiguous" },
  suspect: { name: "suspect", until: now + 90_000 },
  reauthorize: { name: "reauthorize", since: now - 1_000, reason: "revoked" },
} satisfies Record<Phase["name"], Phase>;

/** An access token with so much life left, of an hour. */
export function access(leftMs: number, more: Partial<Access> = {}): Access {
  const expiresAt = now + leftMs;
  return { id: "access-1", token: "BQ-1", sentAt: expiresAt - hour, expiresAt, refreshAfter: expiresAt - 7 * minute, rejected: false, ...more };
}

export function session(id: string, more: Partial<Session> = {}): Session {
  return { id, createdAt: now - hour, seenAt: now - minute, expiresAt: now + 29 * day, ...more };
}

export function grant(more: Partial<Grant> = {}): Grant {
  return {
    v: 1,
    user: { id: "account-1", spotifyId: "ada" },
    scopes: ["user-top-read"],
    authorizedAt: now - 30 * day,
    reauthorizeBy: now + 150 * day,
    access: access(30 * minute),
    refresh: { token: "AQ-1", lineage: "lineage-1", reusable: false },
    consent: { id: "consent-1", signedInAt: now - 30 * day, warnedDays: null, renewal: null },
    phase: phases.active,
    trouble: { attempts: 0, unsettled: false, probing: false },
    sessions: [session("session-1")],
    closedAt: null,
    closedBy: null,
    ...more,
  };
}

type Of<Type extends GrantEvent["type"]> = Extract<GrantEvent, { type: Type }>;

/** Of its own consent, and with a refresh token of its own, for each lineage. */
export const authorized = ({ lineage = "lineage-new", ...more }: Partial<Of<"authorized">> = {}): Of<"authorized"> => ({
  type: "authorized",
  id: `consent of ${lineage}`,
  begunAt: now - 20_000,
  user: { id: "account-1", spotifyId: "ada" },
  scopes: ["user-top-read", "user-read-private"],
  authorizedAt: now - 500,
  reauthorizeBy: now + 182 * day,
  access: access(hour, { id: "access-new", token: "BQ-new" }),
  refreshToken: lineage.replace("lineage", "AQ"),
  lineage,
  session: session("session-new", { createdAt: now, seenAt: now }),
  replaces: null,
  replacesUser: false,
  ...more,
});

export const refreshed = (more: Partial<Of<"refreshed">> = {}): Of<"refreshed"> => ({
  type: "refreshed",
  from: "lineage-1",
  access: access(hour, { id: "access-2", token: "BQ-2" }),
  refreshToken: null,
  lineage: "lineage-2",
  scopes: null,
  ...more,
});

export const refreshFailed = (failure: Of<"refreshFailed">["failure"], more: Partial<Of<"refreshFailed">> = {}): Of<"refreshFailed"> => ({
  type: "refreshFailed",
  from: "lineage-1",
  lease: lease.id,
  failure,
  now,
  draw: 0.5,
  timings,
  ...more,
});

export const terminal = { kind: "terminal", afterUnknown: false } as const;
export const ambiguous = { kind: "ambiguous", floorMs: 0 } as const;
