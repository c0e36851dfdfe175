import { setTimeout as wait } from "node:timers/promises";
import { json, text, type Answer } from "./answer.js";
import type { ArmedFault, FaultKind } from "./faults.js";
import { formHeaders } from "./form-endpoint.js";
import type { Reply } from "./reply.js";
import type { Transmission } from "./transmit.js";
import { allowlistRefusal, apiHeaders, ownerRefusal, unauthorized } from "./web-api-errors.js";

/** What leaves the emulator: a reply as it was decided, the answer that is sent for it, and how. */
export interface Dispatch {
  readonly reply: Reply;
  readonly answer: Answer;
  readonly transmission: Transmission;
}

export interface FaultTools {
  /** Lets the request take its effect. Called at most once. */
  readonly process: () => Reply;
  /** What the emulator says about an expired access token. */
  readonly expiredText: string;
  readonly onLie: () => void;
}

/** Lets a fault fall on a request. */
export async function applyFault({ fault, disarmed }: ArmedFault, { process, expiredText, onLie }: FaultTools): Promise<Dispatch> {
  switch (fault.kind) {
    case "status":
      return instead(
        { status: fault.status, headers: { "content-type": fault.contentType ?? "text/plain", ...fault.headers }, body: fault.body ?? upstreamText },
        `fault:${fault.status}`,
      );
    case "rate-limit":
      return instead(
        json(429, tooMany, { ...apiHeaders, ...(fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) }) }),
        "fault:429",
      );
    case "slow-down":
      return instead(json(400, { error: "slow_down" }, formHeaders), "fault:slow-down");
    case "reset":
      return { ...instead(nothing, "fault:reset"), transmission: { how: "reset" } };
    case "silence":
      return { ...instead(nothing, "fault:silence"), transmission: { how: "never" } };
    case "false-invalid-grant":
      onLie();
      return instead(json(400, { error: "invalid_grant", error_description: "Refresh token revoked" }, formHeaders), "fault:false-invalid-grant");
    case "invalid-client":
      return instead(json(400, { error: "invalid_client", error_description: "Invalid client secret" }, formHeaders), "fault:invalid-client");
    case "body":
      return instead(
        { status: fault.status ?? 200, headers: { "content-type": "application/json", ...apiHeaders, ...fault.headers }, body: fault.body },
        "fault:body",
      );
    case "unauthorized":
      return instead(unauthorized(fault.text ?? expiredText), "fault:401");
    case "permissions-missing":
      return instead(unauthorized("Permissions missing"), "fault:permissions-missing");
    case "not-allowlisted":
      return instead(allowlistRefusal, "fault:not-allowlisted");
    case "owner-not-premium":
      return instead(ownerRefusal, "fault:owner-not-premium");
    case "huge-body":
    case "gzip-bomb":
      return {
        ...instead({ ...nothing, status: 200 }, `fault:${fault.kind}`),
        transmission: { how: "bloated", bytes: fault.bytes ?? 67_108_864, gzip: fault.kind === "gzip-bomb" },
      };
    case "truncated":
      return { ...asDecided(process()), transmission: { how: "truncated" } };
    case "answer-lost":
      return { ...asDecided(process()), transmission: { how: "lost" } };
    case "slow-loris":
      return { ...asDecided(process()), transmission: { how: "slow", everyMs: fault.everyMs ?? 1000 } };
    case "processed-then-status":
      return { ...asDecided(process()), answer: text(fault.status, upstreamText) };
    case "patch-answer":
      return patched(process(), fault.patch);
    case "delay":
      return await later(fault.processed, process, wait(Math.min(fault.ms, longestTimerMs), undefined, { ref: false }), disarmed);
    case "held":
      return await later(fault.processed, process, fault.until, disarmed);
  }
}

/** A reply that goes out as it is. */
export function asDecided(reply: Reply): Dispatch {
  return { reply, answer: reply.answer, transmission: { how: "whole" } };
}

/** A longer one fires at once. */
const longestTimerMs = 2 ** 31 - 1;
const upstreamText = "upstream connect error or disconnect/reset before headers. reset reason: connection failure";
const tooMany = { error: { status: 429, message: "API rate limit exceeded" } };
const nothing: Answer = { status: 0, headers: {}, body: "" };

function instead(answer: Answer, what: string): Dispatch {
  return asDecided({ answer, what, why: "A fault answered; the request had no effect." });
}

async function later(processed: "before" | "after" = "before", process: () => Reply, until: Promise<void>, disarmed: Promise<void>): Promise<Dispatch> {
  const early = processed === "before" ? process() : null;
  await Promise.race([until, disarmed]);
  return asDecided(early ?? process());
}

function patched(reply: Reply, patch: Extract<FaultKind, { kind: "patch-answer" }>["patch"]): Dispatch {
  const dispatch = asDecided(reply);
  const isJson = reply.answer.headers["content-type"]?.startsWith("application/json") === true;
  if (!isJson) return dispatch;
  return { ...dispatch, answer: { ...reply.answer, body: JSON.stringify(patch(JSON.parse(reply.answer.body) as Record<string, unknown>)) } };
}
