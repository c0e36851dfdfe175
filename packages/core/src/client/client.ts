import { MissingScopes } from "../errors/missing-scopes.js";
import type { Engine, WaitUntil } from "../grants/engine.js";
import { type Grant, isGrant } from "../machine/grant.js";
import { livingSession } from "../machine/sessions.js";
import { missingScopes, type SpotifyScope } from "../scopes.js";
import type { Settings } from "../settings/settings.js";
import { AccessToken } from "./access-token.js";
import type { ApiCaller } from "./api-call.js";
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

const knownForMs = 1_000;

/** Whether a request may still go by what it saw. */
export function isRecent({ readAt }: Sight, { clock }: Pick<Settings, "clock">): boolean {
  return clock.elapsed() - readAt < knownForMs;
}

/** Calls Spotify's Web API on a user's behalf; what does the calling is loaded with the first call. A class, so that a request with a session costs one small object. */
export class Client implements SpotifyClient {
  readonly #context: ClientContext;
  readonly #bearer: Bearer;

  constructor(context: ClientContext, bearer: Bearer) {
    this.#context = context;
    this.#bearer = bearer;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const { callApi } = await import("./api-call.js");
    return callApi(this.#caller(), path, init, (response) => response);
  }

  async json<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
    const { callApiForJson } = await import("./api-call.js");
    return callApiForJson<Answer>(this.#caller(), path, init);
  }

  async token({ scopes = [], minValidMs = 0 }: TokenNeed = {}): Promise<AccessToken> {
    const { access } = await this.#usable(minValidMs, (granted) => missingScopes(granted, scopes));
    return new AccessToken(access.token, access.expiresAt);
  }

  async status(): Promise<GrantStatus> {
    return statusOf(await this.#context.engine.read(await this.#key()));
  }

  #caller(): ApiCaller {
    const { engine, settings } = this.#context;
    return {
      engine,
      settings,
      key: () => this.#key(),
      usable: (missing, again) => this.#usable(0, missing, again),
      missing: (scopes, withdrawn) => this.#missing(scopes, withdrawn),
    };
  }

  async #usable(minValidMs: number, missing: Missing, again = false): Promise<Grant> {
    const { engine, settings } = this.#context;
    const { key: name, sight, sessionId, waitUntil } = this.#bearer;
    const key = typeof name === "string" ? name : await name();
    const seen = !again && sight !== undefined && isRecent(sight, settings) ? sight.grant : undefined;
    // A cache may still hold the token that was refused.
    const record = seen ?? (await engine.read(key, again ? "store" : "cache"));
    let known = isGrant(record) ? record : undefined;
    if (known !== undefined && missing(known.scopes).length > 0) {
      // Granted since, perhaps: nobody is sent to consent on the word of a cache.
      const now = await engine.read(key, "store");
      known = isGrant(now) ? now : undefined;
    }
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
