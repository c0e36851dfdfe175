import { ConfigurationError } from "../errors/configuration-error.js";
import { MissingScopes } from "../errors/missing-scopes.js";
import { RequestRefused } from "../errors/request-refused.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Engine } from "../grants/engine.js";
import { type Grant, isGrant } from "../machine/grant.js";
import { readBoundedText } from "../protocol/bounded-body.js";
import { missingScopes } from "../scopes.js";
import type { Settings } from "../settings/settings.js";
import { AccessToken } from "./access-token.js";
import { refusalOf } from "./refusals.js";
import type { GrantStatus, SpotifyClient, TokenNeed } from "./spotify-client.js";

export interface ClientContext {
  readonly engine: Engine;
  readonly settings: Settings;
  /** Where to send a user to consent, to these scopes as well. */
  readonly loginUrl: (scopes?: readonly string[]) => string;
}

/** On whose behalf: a user, or one session of one. */
export interface Bearer {
  readonly key: () => string | Promise<string>;
  readonly sessionId: string | null;
  /** What the request knows of the grant. */
  readonly sight?: Sight;
}

/** The grant as a request last saw it. */
export interface Sight {
  grant: Grant;
  /** When it was read, on the monotonic clock. */
  readAt: number;
}

const requestMs = 30_000;
const refusalBytes = 16_384;
const knownForMs = 1_000;
const realOrigin = "https://api.spotify.com";

/** Calls Spotify's Web API on a user's behalf. A class, so that a request with a session costs one small object. */
export class Client implements SpotifyClient {
  readonly #context: ClientContext;
  readonly #bearer: Bearer;

  constructor(context: ClientContext, bearer: Bearer) {
    this.#context = context;
    this.#bearer = bearer;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const { engine, settings } = this.#context;
    const url = onApi(path, settings.apiOrigin);
    const grant = await this.#usable(0);
    const response = await this.#send(url, init, grant.access.token);
    if (response.status !== 401) return this.#checked(response);

    const refused = await this.#checked(response);
    const event = { type: "rejected", access: grant.access.id, now: settings.clock.now(), timings: settings.timings } as const;
    const now = await engine.change(await this.#bearer.key(), event);
    const unchanged = isGrant(now) && now.access.id === grant.access.id && !now.access.rejected;
    // A stream cannot be sent again, but the next call has the new token.
    if (unchanged || init.body instanceof ReadableStream) return refused;
    const renewed = await this.#usable(0, true);
    return this.#checked(await this.#send(url, init, renewed.access.token));
  }

  async json<Answer>(path: string, init?: RequestInit): Promise<Answer> {
    const response = await this.fetch(path, init);
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

  async token({ scopes = [], minValidMs = 0 }: TokenNeed = {}): Promise<AccessToken> {
    const { access, scopes: granted } = await this.#usable(minValidMs);
    const missing = missingScopes(granted, scopes);
    if (missing.length > 0) throw new MissingScopes(missing, this.#context.loginUrl(missing));
    return new AccessToken(access.token, access.expiresAt);
  }

  async status(): Promise<GrantStatus> {
    return statusOf(await this.#context.engine.read(await this.#bearer.key()));
  }

  async #usable(minValidMs: number, again = false): Promise<Grant> {
    const { engine, settings } = this.#context;
    const { sight, sessionId } = this.#bearer;
    const known = !again && sight !== undefined && settings.clock.elapsed() - sight.readAt < knownForMs ? sight.grant : undefined;
    const grant = await engine.usable(await this.#bearer.key(), { minValidMs, sessionId, known });
    if (sight !== undefined && (known === undefined || known !== grant)) Object.assign(sight, { grant, readAt: settings.clock.elapsed() });
    return grant;
  }

  async #send(url: URL, init: RequestInit, token: string): Promise<Response> {
    const { clock, fetch } = this.#context.settings;
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

  async #checked(response: Response): Promise<Response> {
    if (response.status !== 401 && response.status !== 403 && response.status !== 429) return response;
    const { settings, loginUrl } = this.#context;
    const text = (await readBoundedText(response.body, refusalBytes)) ?? "";
    const refusal = refusalOf(response.status, text, response.headers, () => settings.clock.now(), loginUrl());
    if (refusal !== null) throw refusal;
    const headers = new Headers(response.headers);
    headers.delete("content-encoding");
    headers.delete("content-length");
    return new Response(text, { status: response.status, statusText: response.statusText, headers });
  }
}

/** The URL, if it is one the user's token may be sent to. */
function onApi(given: string, apiOrigin: string): URL {
  // Links in Spotify's answers, such as the next page, name the real origin; with an emulator in its place they are followed there.
  const path = given.startsWith(`${realOrigin}/`) ? given.replace(realOrigin, apiOrigin) : given;
  const url = URL.canParse(path, apiOrigin) ? new URL(path, apiOrigin) : null;
  const safe =
    url !== null && url.origin === apiOrigin && url.username === "" && url.password === "" && (path.startsWith("/") || path.startsWith(`${apiOrigin}/`));
  if (safe) return url;
  throw new ConfigurationError(["path: access tokens are sent to Spotify's Web API only. Give a path that begins with /v1/."]);
}

function statusOf(record: Awaited<ReturnType<Engine["read"]>>): GrantStatus {
  if (!isGrant(record)) return { phase: "signedOut", scopes: [], expiresAt: 0, reauthorizeBy: 0, retryAt: null, reason: null };
  const { phase, scopes, access, reauthorizeBy } = record;
  return {
    phase: phase.name,
    scopes,
    expiresAt: access.expiresAt,
    reauthorizeBy,
    retryAt: phase.name === "backoff" ? phase.retryAt : phase.name === "suspect" ? phase.until : null,
    reason: phase.name === "reauthorize" ? phase.reason : null,
  };
}
