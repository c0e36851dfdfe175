import { RequestRefused } from "../errors/request-refused.js";
import type { MissingScopes } from "../errors/missing-scopes.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Engine } from "../grants/engine.js";
import { type Grant, isGrant } from "../machine/grant.js";
import { missingFor, type Refused, refusedFor } from "../operations/required-scopes.js";
import { readBoundedText } from "../protocol/bounded-body.js";
import type { SpotifyScope } from "../scopes.js";
import type { Settings } from "../settings/settings.js";
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

/** One call of Spotify's Web API: with a usable token, once more with a new one after a 401, and with its refusals as typed errors. */
export async function callApi(caller: ApiCaller, path: string, init: RequestInit): Promise<Response> {
  const { engine, settings } = caller;
  const url = onApi(path, settings.apiOrigin);
  const call = [init.method ?? "GET", url.pathname + url.search] as const;
  const missing = (granted: readonly string[]): readonly SpotifyScope[] => missingFor(...call, granted);
  const checked = (response: Response, { scopes: granted }: Grant): Promise<Response> =>
    check(caller, response, () => refusedFor(...call, granted), init.signal);

  const grant = await caller.usable(missing);
  const response = await send(settings, url, init, grant.access.token);
  if (response.status !== 401) return checked(response, grant);

  const refused = await checked(response, grant);
  const event = { type: "rejected", access: grant.access.id, now: settings.clock.now(), timings: settings.timings } as const;
  const now = await engine.change(await caller.key(), event);
  const unchanged = isGrant(now) && now.access.id === grant.access.id && !now.access.rejected;
  // A stream cannot be sent again, but the next call has the new token.
  if (unchanged || init.body instanceof ReadableStream) return refused;
  const renewed = await caller.usable(missing, true);
  return checked(await send(settings, url, init, renewed.access.token), renewed);
}

/** What a call answered, as JSON; `undefined` where it answered nothing. */
export async function jsonOf<Answer>(response: Response): Promise<Answer> {
  if (response.status >= 500) throw new TemporarilyUnavailable("spotify", 1_000);
  if (!response.ok) throw new RequestRefused(response.status);
  const text = await response.text().catch(() => null);
  if (text === "") return undefined as Answer;
  try {
    return JSON.parse(text ?? "") as Answer;
  } catch {
    // The parser's own error quotes the body.
    throw new TemporarilyUnavailable("spotify", 1_000);
  }
}

async function send({ clock, fetch }: Settings, url: URL, init: RequestInit, token: string): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  const deadline = new AbortController();
  const cancel = clock.after(requestMs, () => deadline.abort());
  const signal = init.signal == null ? deadline.signal : AbortSignal.any([init.signal, deadline.signal]);
  try {
    return await fetch(url, { ...init, headers, signal, redirect: "manual" });
  } catch {
    init.signal?.throwIfAborted();
    throw new TemporarilyUnavailable("spotify", 1_000);
  } finally {
    cancel();
  }
}

async function check({ settings, missing }: ApiCaller, response: Response, wanted: () => Refused, leaving: RequestInit["signal"]): Promise<Response> {
  if (response.status !== 401 && response.status !== 403 && response.status !== 429) return response;
  // The status says most; a body that cannot be read must not cost the user the refresh that a 401 asks for.
  const text = (await readBoundedText(response.body, refusalBytes).catch(() => null)) ?? "";
  leaving?.throwIfAborted();
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
