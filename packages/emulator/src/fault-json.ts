import type { Fault, FaultKind, FaultScope } from "./faults.js";

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isStatus: Check = (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
const isObject: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** What a header can carry: Latin-1 on one line. */
const isHeader: Check = (value) => isString(value) && /^[ -~\u0080-\u00ff]*$/.test(String(value));
const isHeaders: Check = (value) => isObject(value) && Object.entries(value as Fields).every(([name, header]) => /^[\w-]+$/.test(name) && isHeader(header));
const isProcessed: Check = (value) => value === "before" || value === "after";

/** What each kind takes; a name with `!` is required. */
const kinds: Readonly<Record<FaultKind["kind"], Readonly<Record<string, Check>>>> = {
  status: { "status!": isStatus, body: isString, contentType: isHeader, headers: isHeaders },
  "rate-limit": { retryAfter: (value) => isNumber(value) || isHeader(value) },
  "slow-down": {},
  reset: {},
  silence: {},
  delay: { "ms!": isNumber, processed: isProcessed },
  truncated: {},
  "answer-lost": {},
  "processed-then-status": { "status!": isStatus },
  "false-invalid-grant": { probability: isNumber },
  "invalid-client": {},
  body: { "body!": isString, status: isStatus, headers: isHeaders },
  "patch-answer": { set: isObject, remove: (value) => Array.isArray(value) && value.every(isString) },
  held: { processed: isProcessed },
  unauthorized: { text: isHeader },
  "permissions-missing": {},
  "not-allowlisted": {},
  "owner-not-premium": {},
  "huge-body": { bytes: isNumber },
  "gzip-bomb": { bytes: isNumber },
  "slow-loris": { everyMs: isNumber },
};

const scopeFields: Readonly<Record<keyof FaultScope, Check>> = {
  on: (value) => value === "token" || value === "revoke" || value === "api" || value === "authorize",
  times: (value) => Number.isInteger(value) && Number(value) >= 1,
  user: isString,
  grantType: (value) => value === "refresh_token" || value === "authorization_code",
  path: isString,
};

/**
 * A fault as it comes over HTTP. Two kinds differ, for lack of promises and functions: `held` is held until disarmed, and `patch-answer` takes
 * `set` (fields to put into the answer) and `remove` (names of fields to take out).
 *
 * @throws TypeError that names the field when there is no such fault
 */
export function parseFault(value: unknown): Fault {
  if (!isObject(value)) throw new TypeError("A fault is an object.");
  const { kind, ...rest } = value as Fields;
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) throw new TypeError(`kind is one of ${Object.keys(kinds).join(", ")}.`);
  const allowed: Readonly<Record<string, Check>> = { ...scopeFields, ...kinds[kind as FaultKind["kind"]] };
  if (rest["on"] === undefined) throw new TypeError("on is token, revoke, api or authorize.");
  for (const required of Object.keys(allowed).filter((name) => name.endsWith("!"))) {
    if (rest[required.slice(0, -1)] === undefined) throw new TypeError(`${required.slice(0, -1)} is missing.`);
  }
  for (const [name, field] of Object.entries(rest)) {
    const check = allowed[name] ?? allowed[`${name}!`];
    if (check === undefined) throw new TypeError(`${kind} takes no ${name.slice(0, 40)}.`);
    if (!check(field)) throw new TypeError(`${name} has no sensible value.`);
  }
  return withFunctions(value as Fields) as Fault;
}

/** A fault as JSON can show it. */
export function showFault({ until: _until, patch: _patch, ...plain }: Fault & { readonly until?: unknown; readonly patch?: unknown }): object {
  return plain;
}

function withFunctions({ set, remove, ...fault }: Fields): object {
  switch (fault["kind"]) {
    case "held":
      return { ...fault, until: new Promise<void>(() => {}) };
    case "patch-answer":
      return { ...fault, patch: patchOf((set ?? {}) as Record<string, unknown>, (remove ?? []) as readonly string[]) };
    default:
      return fault;
  }
}

function patchOf(set: Record<string, unknown>, remove: readonly string[]): (body: Record<string, unknown>) => Record<string, unknown> {
  return (body) => Object.fromEntries(Object.entries({ ...body, ...set }).filter(([name]) => !remove.includes(name)));
}
