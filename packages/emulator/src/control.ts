import { json, redirect, text, type Answer } from "./answer.js";
import { sixMonthsAfter } from "./clock.js";
import { parseFault, showFault } from "./fault-json.js";
import { faultPresets } from "./fault-presets.js";
import type { Fault } from "./faults.js";
import { livePage } from "./live-page.js";
import { liveScript } from "./live-script.js";
import { comesFromOwnPages } from "./own-pages-only.js";
import type { RefreshBehaviour } from "./refresh-behaviours.js";
import type { ReceivedRequest, Reply } from "./reply.js";
import { stylesheet } from "./stylesheet.js";
import { resetPassword, revokeApp, switchBehaviour, withdrawScopes } from "./user-actions.js";
import { resetWorld, type World } from "./world.js";

/** The live page, and the remote control under `/_emulator/`: JSON for programs, forms for the page. */
export function answerControl(world: World, request: ReceivedRequest): Reply {
  const { pathname } = request.url;
  if (request.method === "GET" || request.method === "HEAD") {
    const read = readings[pathname];
    return read === undefined ? notFound : { answer: read(world), what: "read", why: "It was only looked at." };
  }
  const [, id] = /^\/_emulator\/faults\/(\d+)$/.exec(pathname) ?? [];
  const act = id !== undefined && request.method === "DELETE" ? () => disarm(world, { id }) : request.method === "POST" ? actions[pathname] : undefined;
  if (act === undefined) return notFound;
  if (!comesFromOwnPages(request, world.origin)) return { answer: text(403, "Forbidden"), what: "cross-site", why: "Another site's page sent it." };
  return perform(world, request, pathname, act);
}

type Fields = Readonly<Record<string, unknown>>;

const notFound: Reply = { answer: text(404, "Not Found"), what: "404", why: "There is no such path." };
const styles: Readonly<Record<string, string>> = { "cache-control": "no-cache", "x-content-type-options": "nosniff" };

const readings: Readonly<Record<string, (world: World) => Answer>> = {
  "/": livePage,
  "/favicon.ico": () => ({ status: 204, headers: { "cache-control": "max-age=86400" }, body: "" }),
  "/_emulator/style.css": () => ({ status: 200, headers: { "content-type": "text/css; charset=utf-8", ...styles }, body: stylesheet }),
  "/_emulator/live.js": () => ({ status: 200, headers: { "content-type": "text/javascript; charset=utf-8", ...styles }, body: liveScript }),
  "/_emulator/state": (world) => json(200, state(world)),
  "/_emulator/log": (world) => json(200, world.log.entries),
  "/_emulator/faults": (world) => json(200, faults(world)),
};

const actions: Readonly<Record<string, (world: World, fields: Fields) => unknown>> = {
  "/_emulator/clock": advance,
  "/_emulator/faults": arm,
  "/_emulator/disarm": disarm,
  "/_emulator/behaviour": (world, fields) => switchBehaviour(world, fields["kind"] as RefreshBehaviour),
  "/_emulator/revoke": (world, fields) => revokeApp(world, word(fields, "user"), fields["clientId"] === undefined ? undefined : word(fields, "clientId")),
  "/_emulator/withdraw-scopes": withdraw,
  "/_emulator/reset-password": (world, fields) => resetPassword(world, word(fields, "user")),
  "/_emulator/reset": (world) => resetWorld(world),
};

/** Forms go back to the page, programs get the result; both get a sentence when something makes no sense. */
function perform(world: World, request: ReceivedRequest, pathname: string, act: (world: World, fields: Fields) => unknown): Reply {
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  try {
    const result = act(world, isForm ? Object.fromEntries(new URLSearchParams(request.body)) : readJson(request.body));
    return { answer: isForm ? redirect(303, "/") : json(200, result ?? {}), what: pathname.split("/")[2] ?? "", why: "The remote control was used." };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return { answer: json(400, { error: error.message }), what: "bad-request", why: "The remote control was used wrongly." };
  }
}

function readJson(body: string): Fields {
  if (body === "") return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as Fields;
  } catch {
    // The message of JSON.parse quotes the body.
  }
  throw new TypeError("The body is not a JSON object.");
}

function word(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw new TypeError(`${name} is missing.`);
  return value;
}

/** The page's form withdraws one scope, a program a list. */
function withdraw(world: World, fields: Fields): void {
  const { scopes = fields["scope"], clientId, atOnce = true } = fields;
  if (typeof atOnce !== "boolean") throw new TypeError("atOnce is true or false.");
  const list = Array.isArray(scopes) ? scopes.map(String) : [String(scopes)];
  withdrawScopes(world, word(fields, "user"), list, { atOnce, ...(clientId === undefined ? {} : { clientId: word(fields, "clientId") }) });
}

function advance(world: World, fields: Fields): unknown {
  const now = world.clock.now();
  world.clock.advance(fields["sixMonths"] === undefined ? Number(fields["advanceMs"]) : sixMonthsAfter(now) - now);
  return { now: world.clock.now(), offsetMs: world.clock.offset() };
}

function arm(world: World, fields: Fields): unknown {
  const { id } = world.faults.arm(fields["preset"] === undefined ? parseFault(fields) : fromPreset(fields));
  return { id };
}

/** The page's form: which button, how often, and for whom. */
function fromPreset({ preset, times, user }: Fields): Fault {
  const found = faultPresets.find(({ id }) => id === preset);
  if (found === undefined) throw new TypeError("There is no such preset.");
  const scope = { ...(times === "once" ? { times: 1 } : {}), ...(typeof user === "string" && user !== "" ? { user } : {}) };
  return { ...found.fault, ...scope };
}

function disarm(world: World, fields: Fields): unknown {
  if (!world.faults.disarm(Number(fields["id"]))) throw new TypeError("There is no such fault.");
  return {};
}

function faults(world: World): unknown {
  return world.faults.list().map(({ id, remaining, fault }) => ({ id, remaining: Number.isFinite(remaining) ? remaining : null, ...showFault(fault) }));
}

function state(world: World): unknown {
  return {
    origin: world.origin,
    now: world.clock.now(),
    offsetMs: world.clock.offset(),
    behaviour: world.behaviour,
    consentRenewal: world.options.consentRenewal,
    revocation: world.options.revocation,
    clients: [...world.clients.values()].map(({ clientSecret, ...client }) => ({ ...client, public: clientSecret === undefined })),
    users: [...world.users.values()],
    faults: faults(world),
    grants: world.grants.history(),
    authorizations: world.codes.authorizations(),
    tokenCalls: world.log.tokenCalls(),
  };
}
