import type { AccessToken } from "./grants.js";
import type { Operation } from "./operations.js";
import type { Playlist } from "./playlists.js";
import type { ReceivedRequest, Reply } from "./reply.js";
import type { Touched } from "./required-scopes.js";
import type { Route } from "./route.js";
import type { EmulatorUser } from "./users.js";
import { apiError } from "./web-api-errors.js";
import type { World } from "./world.js";

/** A request to the Web API with everything it refers to. */
export interface Call {
  readonly world: World;
  readonly url: URL;
  readonly method: string;
  readonly operation: Operation;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: AccessToken;
  readonly user: EmulatorUser | null;
  readonly playlist: Playlist | null;
  readonly touched: Touched;
  readonly development: boolean;
}

/** Reads the body and finds the playlist; a reply where either cannot be had. */
export function readCall(world: World, request: ReceivedRequest, found: Extract<Route, { kind: "operation" }>, token: AccessToken): Call | Reply {
  const { operation, template, parameters } = found;
  const { id, playlist_id: playlistId } = parameters;
  if (id !== undefined && !/^[A-Za-z0-9]{22}$/.test(id))
    return { answer: apiError(400, "Invalid base62 id"), what: "400:id", why: "The id does not have 22 letters and digits." };
  if (!limitHolds(request.url, template)) return { answer: apiError(400, "Invalid limit"), what: "400:limit", why: "Pages have from 1 to 50 items, or 100." };
  const playlist = playlistId === undefined ? null : world.playlists.find(playlistId);
  if (playlistId !== undefined && playlist === null)
    return { answer: apiError(404, "Resource not found"), what: "404:playlist", why: "There is no such playlist." };
  const body = readBody(request, template);
  if (body === null) return { answer: apiError(400, "Error parsing JSON."), what: "400:json", why: "The body is not a JSON object." };
  const uris = [...(request.url.searchParams.get("uris")?.split(",") ?? []), ...(Array.isArray(body["uris"]) ? body["uris"].map(String) : [])];
  return {
    world,
    url: request.url,
    method: request.method,
    operation,
    template,
    parameters,
    body,
    token,
    user: token.user === null ? null : (world.users.get(token.user) ?? null),
    playlist,
    touched: { playlist: visibility(template, request.method, playlist, body), uris, reads: request.method === "GET" },
    development: world.clients.get(token.clientId)?.quota === "development",
  };
}

/** What is in a playlist comes in pages of up to 100, and so do recommendations; everything else of up to 50. */
function limitHolds(url: URL, template: string): boolean {
  const limit = url.searchParams.get("limit");
  const most = template.startsWith("/v1/playlists/") || template === "/v1/recommendations" ? 100 : 50;
  return limit === null || (/^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= most);
}

/** Covers are sent as base64 JPEG; everything else as a JSON object, or not at all. */
function readBody(request: ReceivedRequest, template: string): Readonly<Record<string, unknown>> | null {
  if (request.body === "" || template.endsWith("/images")) return {};
  try {
    const parsed: unknown = JSON.parse(request.body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A playlist that is being created or followed is as public as the request says; public where it says nothing. */
function visibility(template: string, method: string, playlist: Playlist | null, body: Readonly<Record<string, unknown>>): Touched["playlist"] {
  const follows = template.endsWith("/followers") && method === "PUT";
  const creates = template.endsWith("/playlists") && method === "POST";
  return follows || creates ? { public: body["public"] !== false, collaborative: body["collaborative"] === true } : playlist;
}
