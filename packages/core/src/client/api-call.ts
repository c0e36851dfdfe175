import { RequestRefused } from "../errors/request-refused.js";
import type { MissingScopes } from "../errors/missing-scopes.js";
import { SpotifyAuthError } from "../errors/spotify-auth-error.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Engine } from "../grants/engine.js";
import { late, within } from "../grants/within.js";
import { type Grant, isGrant } from "../machine/grant.js";
import { missingFor, type Refused, refusedFor } from "../operations/required-scopes.js";
import { discard, readBoundedText } from "../protocol/bounded-body.js";
import type { SpotifyScope } from "../scopes.js";
import type { Settings } from "../settings/settings.js";
import { untilAborted } from "../until-aborted.js";
import { onApi } from "./on-api.js";
import { refusalOf } from "./refusals.js";

/** On whose behalf the Web API is called. */
export interface ApiCaller {
  readonly engine: Engine;
  readonly settings: Settings;
  key(): Promise<string>;
  /** @param again Whether the token that was handed out before was refused. */
  usable(missing: (granted: readonly string[]) => readonly SpotifyScope[], again?: boolean): Promise<Grant>;
  missing(scopes: readonly SpotifyScope[], withdrawn: boolean): MissingScopes;
}

const requestMs = 30_000;
const refusalBytes = 16_384;
const kindsOfData = [ArrayBuffer, Blob, FormData, URLSearchParams];

/** What is made of an answer. What it reads of the body is part of the request's time; what it leaves is the caller's to read. */
type Take<Taken> = (response: Response) => Taken | Promise<Taken>;

/** One call of Spotify's Web API: with a usable token, once more with a new one after a 401, and with its refusals as typed errors. */
export async function callApi<Taken>(caller: ApiCaller, path: string, init: RequestInit, take: Take<Taken>): Promise<Taken> {
  const url = onApi(path, caller.settings.apiOrigin);
  requireSendable(url, init);
  init.signal?.throwIfAborted();
  return untilAborted(callUntilTaken(caller, url, init, take), init.signal);
}

async function callUntilTaken<Taken>(caller: ApiCaller, url: URL, init: RequestInit, take: Take<Taken>): Promise<Taken> {
  const { engine, settings } = caller;
  const call = [init.method ?? "GET", url.pathname + url.search] as const;
  const missing = (granted: readonly string[]): readonly SpotifyScope[] => missingFor(...call, granted);
  const attempt = <Got>({ access, scopes: granted }: Grant, taking: Take<Got>): Promise<Got> =>
    send(settings, url, init, access.token, async (response) => taking(await check(caller, response, () => refusedFor(...call, granted))));

  const grant = await caller.usable(missing);
  const first = await attempt(grant, async (response) => (response.status === 401 ? { refused: response } : { taken: await take(response) }));
  if ("taken" in first) return first.taken;

  const event = { type: "rejected", access: grant.access.id, now: settings.clock.now(), timings: settings.timings } as const;
  const now = await engine.change(await caller.key(), event);
  const unchanged = isGrant(now) && now.access.id === grant.access.id && !now.access.rejected;
  // What cannot be sent again is not, but the next call has the new token.
  if (unchanged || !isReadableAgain(init.body)) return take(first.refused);
  return attempt(await caller.usable(missing, true), take);
}

/** What no `fetch` would send is the app's mistake and no outage: tried again, it would be no better. A body is not looked at, which may be readable only once. */
function requireSendable(url: URL, { signal: _signal, ...init }: RequestInit): void {
  void new Request(url, { ...init, body: init.body == null ? null : "" });
}

/** Whether a body says the same each time it is sent. Whatever else a `fetch` takes is a stream of some kind, and empty the second time. */
function isReadableAgain(body: RequestInit["body"]): boolean {
  return body == null || typeof body === "string" || ArrayBuffer.isView(body) || kindsOfData.some((kind) => body instanceof kind);
}

/** One call, and the JSON of its answer; `undefined` where it is empty. A body that breaks off or is no JSON is a foreign error, which {@link callApi} replaces. */
export function callApiForJson<Answer>(caller: ApiCaller, path: string, init: RequestInit): Promise<Answer> {
  return callApi(caller, path, init, async (response) => {
    if (!response.ok) throw refused(response);
    const text = await response.text();
    return text === "" || saysNothing(init.method ?? "GET", path) ? (undefined as Answer) : (JSON.parse(text) as Answer);
  });
}

function refused({ status, body }: Response): TemporarilyUnavailable | RequestRefused {
  discard(body);
  return status >= 500 ? new TemporarilyUnavailable("spotify", 1_000) : new RequestRefused(status);
}

/**
 * Whether whatever comes back means nothing: commands to the player are documented to answer 204, and often answer 200 with a few random letters instead. Taken for a
 * failure, a command that was carried out would be given again.
 *
 * @see https://github.com/spotify/spotify-web-api-ts-sdk/issues/127
 */
function saysNothing(method: string, path: string): boolean {
  return !/^(?:get|head)$/i.test(method) && /^(?:https?:\/\/[^/]+)?\/v1\/me\/player(?:[/?]|$)/.test(path);
}

/** Sends the request and takes its answer, all within its time. Foreign errors stay here: a parser's quotes the body, a connection's may name the URL. */
async function send<Taken>({ clock, fetch }: Settings, url: URL, init: RequestInit, token: string, take: Take<Taken>): Promise<Taken> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  const deadline = new AbortController();
  const signal = init.signal == null ? deadline.signal : AbortSignal.any([init.signal, deadline.signal]);
  async function ask(): Promise<Taken> {
    // A stream is taken with this only, and the types of browsers do not know it.
    const duplex = { duplex: "half" };
    return take(await fetch(url, { ...duplex, ...init, headers, signal, redirect: "manual" }));
  }
  const taken = await within(ask(), requestMs, clock).catch((error: unknown) => {
    throw error instanceof SpotifyAuthError ? error : new TemporarilyUnavailable("spotify", 1_000);
  });
  if (taken !== late) return taken;
  // Frees the connection.
  deadline.abort();
  throw new TemporarilyUnavailable("spotify", 1_000);
}

async function check({ settings, missing }: ApiCaller, response: Response, wanted: () => Refused): Promise<Response> {
  if (response.status !== 401 && response.status !== 403 && response.status !== 429) return response;
  // The status says most; a body that cannot be read must not cost the user the refresh that a 401 asks for.
  const text = (await readBoundedText(response.body, refusalBytes).catch(() => null)) ?? "";
  const refusal = refusalOf(response.status, text, response.headers, () => settings.clock.now());
  if (refusal === "scopeMissing") {
    const { scopes, withdrawn } = wanted();
    throw missing(scopes, withdrawn);
  }
  if (refusal !== null) throw refusal;
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(text, { status: response.status, statusText: response.statusText, headers });
}
