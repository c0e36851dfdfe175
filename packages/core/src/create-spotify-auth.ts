import { Client, type ClientContext } from "./client/client.js";
import { Session } from "./client/session.js";
import { ConfigurationError } from "./errors/configuration-error.js";
import { createEmitter, type Emitter } from "./events.js";
import { createEngine } from "./grants/create-engine.js";
import type { Authenticated, WaitUntil } from "./grants/engine.js";
import { logEvents } from "./log-events.js";
import type { Revoke } from "./protocol/revocation-endpoint.js";
import type { Subject } from "./settings/options.js";
import { loadOnce } from "./load-once.js";
import { register } from "./internals.js";
import type { SpotifySession } from "./client/spotify-client.js";
import { isPending } from "./pending.js";
import { tokenEndpointOnUse } from "./protocol/token-endpoint-on-use.js";
import { readCookie } from "./routes/cookies.js";
import { loginUrl } from "./routes/links.js";
import { createPaths } from "./routes/paths.js";
import { createSealer } from "./seal/sealer.js";
import { warnProcess } from "./settings/environment.js";
import type { SpotifyAuthOptions } from "./settings/options.js";
import type { Settings } from "./settings/settings.js";
import { readSettings } from "./settings/read-options.js";
import type { Credentials, SpotifyAuth } from "./spotify-auth.js";

/**
 * Sign-in with Spotify, and usable access tokens for as long as Spotify allows.
 *
 * @param options What is not given is read from the environment: `SPOTIFY_CLIENT_ID`, `SPOTIFY_CLIENT_SECRET`, `SPOTIFY_REDIRECT_URI`, `SPOTIFY_SCOPES`,
 * `REFRAIN_SECRET`, `REFRAIN_EMULATOR_URL`, `REFRAIN_ALLOW_EMULATOR`.
 * @throws {@link ConfigurationError} which names every option that is missing or malformed.
 */
export function createSpotifyAuth(options: SpotifyAuthOptions = {}): SpotifyAuth {
  const settings = readSettings(options);
  for (const warning of settings.warnings) warnProcess(warning);
  const { clientId, clientSecret, issuer, fetch, clock, cookieName } = settings;
  const emitter = createEmitter();
  warnOfMistakes(emitter);
  const sealer = createSealer(settings.secrets);
  const endpoint = tokenEndpointOnUse({ clientId, clientSecret, issuer, fetch, now: () => clock.now() });

  const engine = createEngine({ settings, sealer, tokenEndpoint: endpoint, emitter, reauthorizeUrl: loginUrl(settings) });
  const paths = createPaths(settings);
  // What only sign-ins need is loaded with the first of them: a worker that refreshes never pays for it.
  const loadRoutes = loadOnce(async () => {
    const { createRoutes } = await import("./routes/routes.js");
    const sessionOf = (found: Authenticated, waitUntil?: WaitUntil) => new Session(context, found, waitUntil);
    const clientOf = (key: string) => new Client(context, { key, sessionId: null });
    return createRoutes({ settings, engine, sealer, tokenEndpoint: endpoint, emitter, disconnect, clientOf, sessionOf }, paths);
  });
  if (settings.logger !== null) logEvents(emitter, settings.logger);
  const isLinked = settings.subject !== null;
  const revoke: Revoke | null = settings.revokeOnDisconnect
    ? async (token) => (await import("./protocol/revocation-endpoint.js")).revocationEndpoint({ clientId, clientSecret, issuer, fetch, clock })(token)
    : null;
  const revoking = new Set<Promise<unknown>>();
  const disconnect = async (key: string, waitUntil?: WaitUntil): Promise<void> => {
    const { disconnectGrant } = await import("./grants/disconnect-grant.js");
    return disconnectGrant({ settings, engine, emitter, revoke }, key, (asked) => {
      revoking.add(asked);
      void asked.finally(() => revoking.delete(asked));
      waitUntil?.(asked);
    });
  };
  const context: ClientContext = { engine, settings, loginUrl: (scopes = []) => loginUrl(settings, { scopes }) };

  const auth: SpotifyAuth = {
    owns: (path, { mountedAt = "" } = {}) => paths.owns(path, mountedAt),

    async handle(request, { mountedAt = "", path = new URL(request.url).pathname, subject, waitUntil } = {}) {
      if (!paths.owns(path, mountedAt) && !paths.owns(`${mountedAt}${path}`, mountedAt)) return null;
      const subjectKey = await keyOfSubject(subject);
      return (await loadRoutes()).handle(request, { mountedAt, path, subjectKey, subject, waitUntil });
    },

    session: async (credentials) => present(credentials),

    subjectOf(request) {
      return settings.subject === null ? undefined : givenBy(settings.subject, request);
    },

    forUser: (subject) => new Client(context, { key: () => engine.keyOf(subject), sessionId: null }),

    async sessions(subject) {
      const { sessionsOf } = await import("./client/user-sessions.js");
      return sessionsOf({ settings, engine, emitter }, await engine.keyOf(subject));
    },

    async signOut(subject, which) {
      const { endSessions } = await import("./client/user-sessions.js");
      await endSessions({ settings, engine, emitter }, await engine.keyOf(subject), which);
    },

    async disconnect(subject) {
      await disconnect(await engine.keyOf(subject));
    },

    async retry(subject) {
      await engine.change(await engine.keyOf(subject), { type: "retried", now: clock.now() });
    },

    check: () => engine.check(),
    on: (event, listener) => emitter.on(event, listener),

    async close() {
      const [unstored] = await Promise.all([engine.close(), ...revoking]);
      await closeStore().catch(() => undefined);
      return unstored;
    },
  };
  return register(auth, { settings, engine, emitter, present });

  /** What goes wrong here is nothing that the app could mend while it ends; whose tokens are lost it has to know. */
  async function closeStore(): Promise<void> {
    await settings.store.close?.();
  }

  function present({ cookie, subject, waitUntil }: Credentials): SpotifySession | null | Promise<SpotifySession | null> {
    const found = isLinked || subject !== undefined ? linked(subject) : authenticated(cookie);
    return isPending(found) ? found.then((late) => opened(late, waitUntil)) : opened(found, waitUntil);
  }

  function opened(found: Authenticated | null, waitUntil: WaitUntil | undefined): SpotifySession | null {
    return found === null ? null : new Session(context, found, waitUntil);
  }

  function authenticated(cookie: string | null | undefined): Authenticated | null | Promise<Authenticated | null> {
    const value = readCookie(cookie, cookieName);
    return value === null ? null : engine.authenticate(value);
  }

  async function linked(subject: Subject | undefined): Promise<Authenticated | null> {
    const key = await keyOfSubject(subject);
    return key === null || key === undefined ? null : engine.linked(key);
  }

  async function keyOfSubject(subject: Subject | undefined): Promise<string | null | undefined> {
    if (subject === undefined && !isLinked) return undefined;
    const checked = checkedSubject(subject);
    return checked === null ? null : engine.keyOf(checked);
  }
}

async function givenBy(subjectOf: NonNullable<Settings["subject"]>, request: unknown): Promise<Subject> {
  return checkedSubject(await subjectOf(request as never));
}

/** @throws {@link ConfigurationError} when it is neither an id nor `null`. */
function checkedSubject(subject: unknown): Subject {
  if (subject === null || (typeof subject === "string" && subject !== "" && subject.length <= 256)) return subject;
  throw new ConfigurationError([
    subject === undefined
      ? "subject gave undefined: let the app's own session middleware run before Refrain, and return null for nobody."
      : "subject must give the id of the app's own user as a string of 1 to 256 characters, or null for nobody.",
  ]);
}

/** What only whoever runs the app can mend is said once, even where nobody listens. */
function warnOfMistakes(emitter: Emitter): void {
  const said = new Set<string>();
  const warnOnce = (warning: string): void => {
    if (said.size < 20 && !said.has(warning)) warnProcess(warning);
    said.add(warning);
  };
  emitter.on("misconfigured", ({ error }) =>
    warnOnce(`Spotify refuses this app (${error}): check the client id and the client secret. Nobody was signed out.`),
  );
  emitter.on("failureAnswered", ({ code, message }) => code === "configuration_error" && warnOnce(message));
}
