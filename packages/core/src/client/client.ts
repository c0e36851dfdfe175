import { MissingScopes } from "../errors/missing-scopes.js";
import { RequestRefused } from "../errors/request-refused.js";
import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Engine, WaitUntil } from "../grants/engine.js";
import { type Grant, isGrant } from "../machine/grant.js";
import { livingSession } from "../machine/sessions.js";
import { readBoundedText } from "../protocol/bounded-body.js";
import type { Refused } from "../operations/required-scopes.js";
import { missingScopes, type SpotifyScope } from "../scopes.js";
import type { Settings } from "../settings/settings.js";
import { AccessToken } from "./access-token.js";
import { onApi } from "./on-api.js";
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
  /** The store key; of a user by name it has to be worked out. */
  readonly key: string | (() => Promise<string>);
  readonly sessionId: string | null;
  /** What the request knows of the grant. */
  readonly sight?: Sight;
  readonly waitUntil?: WaitUntil | undefined;
}

/** The grant as a request last saw it. */
export interface Sight {
  grant: Grant;
  /** When it was read, on the monotonic clock. */
  readAt: number;
}

/** What of a call's scopes is not among these. */
type Missing = (granted: readonly string[]) => readonly SpotifyScope[];

const requestMs = 30_000;
const refusalBytes = 16_384;
const knownForMs = 1_000;

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
    // The table of operations is loaded with the first call.
    const { missingFor, refusedFor } = await import("../operations/required-scopes.js");
    const call = [init.method ?? "GET", url.pathname + url.search] as const;
    const missing: Missing = (granted) => missingFor(...call, granted);
    const checked = (response: Response, { scopes: granted }: Grant): Promise<Response> => this.#checked(response, () => refusedFor(...call, granted));

    const grant = await this.#usable(0, missing);
    const response = await this.#send(url, init, grant.access.token);
    if (response.status !== 401) return checked(response, grant);

    const refused = await checked(response, grant);
    const event = { type: "rejected", access: grant.access.id, now: settings.clock.now(), timings: settings.timings } as const;
    const now = await engine.change(await this.#key(), event);
    const unchanged = isGrant(now) && now.access.id === grant.access.id && !now.access.rejected;
    // A stream cannot be sent again, but the next call has the new token.
    if (unchanged || init.body instanceof ReadableStream) return refused;
    const renewed = await this.#usable(0, missing, true);
    return checked(await this.#send(url, init, renewed.access.token), renewed);
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
    const { access } = await this.#usable(minValidMs, (granted) => missingScopes(granted, scopes));
    return new AccessToken(access.token, access.expiresAt);
  }

  async status(): Promise<GrantStatus> {
    return statusOf(await this.#context.engine.read(await this.#key()));
  }

  async #usable(minValidMs: number, missing: Missing, again = false): Promise<Grant> {
    const { engine, settings } = this.#context;
    const { key: name, sight, sessionId, waitUntil } = this.#bearer;
    const key = typeof name === "string" ? name : await name();
    const seen = !again && sight !== undefined && settings.clock.elapsed() - sight.readAt < knownForMs ? sight.grant : undefined;
    const record = seen ?? (await engine.read(key));
    const known = isGrant(record) ? record : undefined;
    const lacking = known === undefined ? [] : missing(known.scopes);
    // What was not granted is not worth a refresh.
    if (known !== undefined && lacking.length > 0 && this.#mayAsk(known)) throw this.#missing(lacking);
    const grant = await engine.usable(key, { minValidMs, sessionId, known, waitUntil });
    if (sight !== undefined && (seen === undefined || seen !== grant)) Object.assign(sight, { grant, readAt: settings.clock.elapsed() });
    // A refresh may have brought fewer.
    const left = missing(grant.scopes);
    if (left.length > 0) throw this.#missing(left);
    return grant;
  }

  async #key(): Promise<string> {
    const { key } = this.#bearer;
    return typeof key === "string" ? key : key();
  }

  /** Whether scopes are what matters: a session or a consent that is over is told of first. */
  #mayAsk(grant: Grant): boolean {
    const { clock, timings } = this.#context.settings;
    const { sessionId } = this.#bearer;
    return grant.phase.name !== "reauthorize" && (sessionId === null || livingSession(grant, sessionId, clock.now(), timings) !== null);
  }

  #missing(scopes: readonly SpotifyScope[], withdrawn = false): MissingScopes {
    return new MissingScopes(scopes, this.#context.loginUrl(scopes), withdrawn);
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

  async #checked(response: Response, wanted: () => Refused): Promise<Response> {
    if (response.status !== 401 && response.status !== 403 && response.status !== 429) return response;
    const { settings } = this.#context;
    const text = (await readBoundedText(response.body, refusalBytes)) ?? "";
    const refusal = refusalOf(response.status, text, response.headers, () => settings.clock.now());
    if (refusal === "scopeMissing") {
      const { scopes, withdrawn } = wanted();
      throw this.#missing(scopes, withdrawn);
    }
    if (refusal !== null) throw refusal;
    const headers = new Headers(response.headers);
    headers.delete("content-encoding");
    headers.delete("content-length");
    return new Response(text, { status: response.status, statusText: response.statusText, headers });
  }
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
