import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "./answer.js";
import { applyFault, asDecided, type Dispatch } from "./apply-fault.js";
import { answerAuthorization } from "./authorize.js";
import { answerControl } from "./control.js";
import { fingerprint } from "./credentials.js";
import { streamEvents } from "./events.js";
import type { ArmedFault } from "./faults.js";
import { recordDelivery, recordLie, type RefreshToken } from "./grants.js";
import { identify } from "./identify.js";
import type { LogEntry } from "./log.js";
import { isAddressedToUs } from "./own-pages-only.js";
import type { ReceivedRequest, Reply } from "./reply.js";
import { answerRevocation } from "./revocation-endpoint.js";
import { answerTokenRequest } from "./token-endpoint.js";
import { transmit } from "./transmit.js";
import { answerApiRequest, expiredText } from "./web-api.js";
import type { World } from "./world.js";

const bodyLimit = 1_048_576;

/** The HTTP side of an emulator. */
export function createEmulatorServer(world: World): Server {
  return createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    serve(world, request, response).catch(() => response.destroy());
  });
}

async function serve(world: World, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await receive(incoming, world.origin);
  if (request === null) {
    await transmit(response, text(413, "Payload Too Large", { connection: "close" }), { how: "whole" });
    return;
  }
  const endpoint = endpointOf(request.url.pathname);
  if (isForPeople(endpoint) && !isAddressedToUs(request, world.origin)) {
    await transmit(response, text(421, `This is ${world.origin} and answers to no other name.`), { how: "whole" });
    return;
  }
  if (request.url.pathname === "/_emulator/events") return streamEvents(world, response);
  const identity = identify(world, endpoint, request);
  const { "user-agent": userAgent } = incoming.headers;
  const entry = world.log.open({ ...identity.facts, ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 200) }) });
  const { grants } = world;
  const decide = (): Reply => noted(world, entry, world.grants === grants ? answer(world, endpoint, request) : forgotten);
  const armed = endpoint === "control" || endpoint === "page" || request.method === "OPTIONS" ? null : world.faults.take(identity.target);
  if (armed === null) await send(world, entry, response, asDecided(decide()));
  else await suffer(world, { armed, entry, response, refreshToken: identity.refreshToken, decide });
}

/** To a request that waited while everything was put back to the start. */
const forgotten: Reply = { answer: text(503, "The emulator was reset."), what: "reset", why: "The emulator was reset before it was answered." };

interface Suffering {
  readonly armed: ArmedFault;
  readonly entry: LogEntry;
  readonly response: ServerResponse;
  readonly refreshToken: RefreshToken | null;
  readonly decide: () => Reply;
}

/** Serves a request on which a fault falls. */
async function suffer(world: World, { armed, entry, response, refreshToken, decide }: Suffering): Promise<void> {
  world.log.note(entry, { fault: armed.fault.kind, why: `A fault falls on it: ${armed.fault.kind}.` });
  const abandon = (): void => world.log.note(entry, { abandoned: true });
  const onLie = (): void => {
    if (refreshToken !== null) recordLie(refreshToken, world.clock.now());
  };
  let decided: Reply | undefined;
  const process = (): Reply => (decided = decide());
  response.once("close", abandon);
  try {
    const dispatch = await applyFault(armed, { process, expiredText: expiredText(world), onLie });
    response.off("close", abandon);
    await send(world, entry, response, dispatch, armed.disarmed);
  } catch {
    if (decided?.issued !== undefined) recordDelivery(decided.issued, "lost");
    world.log.note(entry, { what: "fault:broken", why: "The fault's own function threw.", delivery: "lost" });
    response.destroy();
  } finally {
    world.faults.release(armed);
  }
}

async function send(world: World, entry: LogEntry, response: ServerResponse, dispatch: Dispatch, gone?: Promise<void>): Promise<void> {
  announce(world, entry, dispatch);
  conclude(world, entry, dispatch, await transmit(response, dispatch.answer, dispatch.transmission, gone));
}

/** Logs a decision when it is made: with a fault, long before the answer leaves. */
function noted(world: World, entry: LogEntry, reply: Reply): Reply {
  const { issued } = reply;
  const { access, refresh, refreshToken } = issued ?? {};
  world.log.note(entry, {
    what: reply.what,
    why: reply.why,
    ...(refreshToken == null ? {} : { grant: refreshToken.grant.id }),
    ...(access === undefined ? {} : { issued: { accessToken: fingerprint(access), ...(refresh === undefined ? {} : { refreshToken: fingerprint(refresh) }) } }),
  });
  return reply;
}

/** Says what goes out before it does: whoever has received the answer finds it in the log. */
function announce(world: World, entry: LogEntry, { reply, answer: outgoing, transmission }: Dispatch): void {
  const silent = transmission.how === "reset" || transmission.how === "lost" || transmission.how === "never";
  world.log.note(entry, { what: reply.what, why: reply.why, status: silent ? null : outgoing.status });
}

function conclude(world: World, entry: LogEntry, { reply, answer: outgoing }: Dispatch, sent: boolean): void {
  const { issued } = reply;
  if (issued !== undefined) recordDelivery(issued, sent && (issued.refresh === undefined || outgoing.body.includes(issued.refresh)) ? "sent" : "lost");
  world.log.note(entry, { delivery: sent && outgoing === reply.answer ? "sent" : "lost" });
}

function answer(world: World, endpoint: LogEntry["endpoint"], request: ReceivedRequest): Reply {
  switch (endpoint) {
    case "authorize":
      return answerAuthorization(world, request);
    case "token":
      return answerTokenRequest(world, request);
    case "revoke":
      return answerRevocation(world, request);
    case "api":
      return answerApiRequest(world, request);
    case "control":
    case "page":
      return answerControl(world, request);
  }
}

function endpointOf(path: string): LogEntry["endpoint"] {
  if (path === "/authorize") return "authorize";
  if (path === "/api/token") return "token";
  if (path === "/oauth2/revoke/v1") return "revoke";
  if (path === "/v1" || path.startsWith("/v1/")) return "api";
  return path.startsWith("/_emulator/") ? "control" : "page";
}

/** What browsers open as pages; the others are called by programs, under whatever name leads here. */
function isForPeople(endpoint: LogEntry["endpoint"]): boolean {
  return endpoint === "authorize" || endpoint === "control" || endpoint === "page";
}

/** The whole request, or `null` when it is larger than a mebibyte or its target is no path. */
async function receive(incoming: IncomingMessage, origin: string): Promise<ReceivedRequest | null> {
  const { method = "GET", url: target = "/", headers } = incoming;
  if (!target.startsWith("/")) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return null;
    chunks.push(chunk);
  }
  return { method, url: new URL(`${origin}${target}`), headers, body: Buffer.concat(chunks).toString("utf8") };
}
