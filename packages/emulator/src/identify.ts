import { authorizingUser } from "./authorize.js";
import { bearerOf } from "./bearer.js";
import { claimedClient } from "./client-authentication.js";
import { fingerprint } from "./credentials.js";
import type { FaultTarget } from "./faults.js";
import type { RefreshToken } from "./grants.js";
import type { LogEntry, LogFacts } from "./log.js";
import type { ReceivedRequest } from "./reply.js";
import type { World } from "./world.js";

/** What can be told about a request before it is answered. */
export interface Identity {
  readonly facts: LogFacts;
  readonly target: FaultTarget;
  readonly refreshToken: RefreshToken | null;
}

const grantTypes = ["authorization_code", "refresh_token", "client_credentials"];

/** Says who a request is about, without judging it. Only what the emulator itself knows is repeated: no credential, no free text. */
export function identify(world: World, endpoint: LogEntry["endpoint"], request: ReceivedRequest): Identity {
  const path = readablePath(request.url.pathname);
  const common = { endpoint, method: request.method, path };
  if (endpoint === "authorize") {
    const user = authorizingUser(world, request);
    const facts = { ...common, ...client(world, request.url.searchParams.get("client_id")), ...(user === undefined ? {} : { user }) };
    return { facts, target: { endpoint, path: request.url.pathname, ...(user === undefined ? {} : { user }) }, refreshToken: null };
  }
  if (endpoint === "token") return identifyTokenRequest(world, request, common);
  if (endpoint === "revoke") return identifyRevocation(world, request, common);
  if (endpoint === "api") {
    const access = bearerOf(request);
    const token = access.kind === "token" ? world.grants.findAccessToken(access.token) : null;
    const user = token?.user == null ? {} : { user: token.user };
    const facts = {
      ...common,
      ...user,
      ...client(world, token?.clientId ?? null),
      ...(token?.grant == null ? {} : { grant: token.grant.id }),
      ...(access.kind === "token" ? { accessToken: fingerprint(access.token) } : {}),
    };
    return { facts, target: { endpoint, path: request.url.pathname, ...user }, refreshToken: null };
  }
  return { facts: common, target: { endpoint: "api", path: request.url.pathname }, refreshToken: null };
}

function identifyTokenRequest(world: World, request: ReceivedRequest, common: Pick<LogFacts, "endpoint" | "method" | "path">): Identity {
  const form = new URLSearchParams(request.body);
  const presented = form.get("refresh_token");
  const refreshToken = presented === null ? null : world.grants.findRefreshToken(presented);
  const code = world.codes.find(form.get("code") ?? "");
  const user = refreshToken?.grant.user ?? code?.user;
  const type = form.get("grant_type");
  const grantType = type !== null && grantTypes.includes(type) ? type : undefined;
  const claim = claimedClient(request.headers.authorization, new Map(form));
  const target: FaultTarget = {
    endpoint: "token",
    path: request.url.pathname,
    ...(user === undefined ? {} : { user }),
    ...(grantType === undefined ? {} : { grantType }),
  };
  const grant = refreshToken?.grant ?? code?.grant;
  const facts: LogFacts = {
    ...common,
    ...client(world, claim.kind === "claim" ? claim.clientId : null),
    ...(user === undefined ? {} : { user }),
    ...(grantType === undefined ? {} : { grantType }),
    ...(grant == null ? {} : { grant: grant.id }),
    ...(presented ? { refreshToken: fingerprint(presented) } : {}),
    ...(refreshToken === null ? {} : { generation: refreshToken.generation }),
  };
  return { facts, target, refreshToken };
}

function identifyRevocation(world: World, request: ReceivedRequest, common: Pick<LogFacts, "endpoint" | "method" | "path">): Identity {
  const form = new URLSearchParams(request.body);
  const presented = form.get("token") ?? "";
  const refreshToken = world.grants.findRefreshToken(presented);
  const accessToken = world.grants.findAccessToken(presented);
  const claim = claimedClient(request.headers.authorization, new Map(form));
  const grant = refreshToken?.grant ?? accessToken?.grant ?? null;
  const user = grant === null ? {} : { user: grant.user };
  const facts: LogFacts = {
    ...common,
    ...client(world, claim.kind === "claim" ? claim.clientId : null),
    ...user,
    ...(grant === null ? {} : { grant: grant.id }),
    ...(refreshToken === null ? {} : { refreshToken: refreshToken.fingerprint, generation: refreshToken.generation }),
    ...(accessToken === null ? {} : { accessToken: accessToken.fingerprint }),
  };
  return { facts, target: { endpoint: "revoke", path: request.url.pathname, ...user }, refreshToken };
}

function client(world: World, clientId: string | null): { readonly clientId?: string } {
  return clientId !== null && world.clients.has(clientId) ? { clientId } : {};
}

/** Spotify's ids have 22 characters; whatever is as long as a token is not repeated, in case it is one that was put into the address by mistake. */
function readablePath(path: string): string {
  return path
    .split("/")
    .map((segment) => (segment.length > 40 ? "…" : segment))
    .join("/")
    .slice(0, 200);
}
