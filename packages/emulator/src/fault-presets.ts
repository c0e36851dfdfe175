import type { Fault } from "./faults.js";

/** A fault that the live page offers as a button. */
export interface FaultPreset {
  readonly id: string;
  readonly label: string;
  readonly fault: Fault;
}

const badGateway = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
const without =
  (name: string) =>
  (body: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));

/** Every kind of fault, in the variants that are worth a click. */
export const faultPresets: readonly FaultPreset[] = [
  { id: "token-503", label: "503 as text", fault: { on: "token", kind: "status", status: 503 } },
  { id: "token-502", label: "502 as HTML", fault: { on: "token", kind: "status", status: 502, body: badGateway, contentType: "text/html" } },
  {
    id: "token-500",
    label: "500 as JSON",
    fault: { on: "token", kind: "status", status: 500, body: '{"error":"server_error"}', contentType: "application/json" },
  },
  { id: "token-429", label: "429, try again in 3 s", fault: { on: "token", kind: "rate-limit", retryAfter: 3 } },
  { id: "token-429-huge", label: "429, try again in a day", fault: { on: "token", kind: "rate-limit", retryAfter: 86_400 } },
  { id: "token-429-bare", label: "429, no Retry-After", fault: { on: "token", kind: "rate-limit" } },
  { id: "token-slow-down", label: "slow_down", fault: { on: "token", kind: "slow-down" } },
  { id: "token-reset", label: "Connection reset", fault: { on: "token", kind: "reset" } },
  { id: "token-silence", label: "Silence", fault: { on: "token", kind: "silence" } },
  { id: "token-delay", label: "3 s late", fault: { on: "token", kind: "delay", ms: 3000 } },
  { id: "token-slow-loris", label: "A byte a second", fault: { on: "token", kind: "slow-loris" } },
  { id: "token-truncated", label: "Breaks off halfway", fault: { on: "token", kind: "truncated" } },
  { id: "token-answer-lost", label: "Processed, answer lost", fault: { on: "token", kind: "answer-lost" } },
  { id: "token-processed-500", label: "Processed, then 500", fault: { on: "token", kind: "processed-then-status", status: 500 } },
  { id: "token-held", label: "Held until disarmed", fault: { on: "token", kind: "held", until: new Promise<void>(() => {}) } },
  { id: "token-lie", label: "False invalid_grant", fault: { on: "token", kind: "false-invalid-grant", grantType: "refresh_token" } },
  { id: "token-invalid-client", label: "invalid_client", fault: { on: "token", kind: "invalid-client" } },
  { id: "token-garbage", label: "200, not JSON", fault: { on: "token", kind: "body", body: "<!doctype html>", headers: { "content-type": "text/html" } } },
  { id: "token-no-scope", label: "Answer without scope", fault: { on: "token", kind: "patch-answer", patch: without("scope") } },
  { id: "token-empty-scope", label: "Answer with an empty scope", fault: { on: "token", kind: "patch-answer", patch: (body) => ({ ...body, scope: "" }) } },
  { id: "token-null-refresh", label: "refresh_token: null", fault: { on: "token", kind: "patch-answer", patch: (body) => ({ ...body, refresh_token: null }) } },
  { id: "token-huge", label: "64 MiB of answer", fault: { on: "token", kind: "huge-body" } },
  { id: "token-gzip", label: "Gzip bomb", fault: { on: "token", kind: "gzip-bomb" } },
  { id: "revoke-503", label: "503 as text", fault: { on: "revoke", kind: "status", status: 503 } },
  { id: "revoke-reset", label: "Connection reset", fault: { on: "revoke", kind: "reset" } },
  { id: "revoke-silence", label: "Silence", fault: { on: "revoke", kind: "silence" } },
  { id: "revoke-delay", label: "3 s late", fault: { on: "revoke", kind: "delay", ms: 3000 } },
  { id: "revoke-answer-lost", label: "Revoked, answer lost", fault: { on: "revoke", kind: "answer-lost" } },
  { id: "api-401", label: "401, token expired", fault: { on: "api", kind: "unauthorized" } },
  { id: "api-permissions", label: "401 Permissions missing", fault: { on: "api", kind: "permissions-missing" } },
  { id: "api-allowlist", label: "403, user not on the list", fault: { on: "api", kind: "not-allowlisted" } },
  { id: "api-owner", label: "403, owner without Premium", fault: { on: "api", kind: "owner-not-premium" } },
  { id: "me-no-email", label: "/v1/me without email", fault: { on: "api", path: "/v1/me", kind: "patch-answer", patch: without("email") } },
  { id: "me-no-product", label: "/v1/me without product", fault: { on: "api", path: "/v1/me", kind: "patch-answer", patch: without("product") } },
  {
    id: "me-no-name",
    label: "/v1/me without name and pictures",
    fault: { on: "api", path: "/v1/me", kind: "patch-answer", patch: (body) => without("images")({ ...body, display_name: null }) },
  },
  { id: "me-no-account-id", label: "/v1/me without account_id", fault: { on: "api", path: "/v1/me", kind: "patch-answer", patch: without("account_id") } },
  { id: "api-429", label: "429, try again in 3 s", fault: { on: "api", kind: "rate-limit", retryAfter: 3 } },
  { id: "api-500", label: "500", fault: { on: "api", kind: "status", status: 500 } },
  { id: "authorize-500", label: "500 at login", fault: { on: "authorize", kind: "status", status: 500 } },
];
