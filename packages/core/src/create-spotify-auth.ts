import { Client, type ClientContext } from "./client/client.js";
import { Session } from "./client/session.js";
import { createEmitter, type Emitter } from "./events.js";
import { createEngine } from "./grants/create-engine.js";
import { reference } from "./grants/records.js";
import { register } from "./internals.js";
import { isGrant } from "./machine/grant.js";
import { isLiving } from "./machine/sessions.js";
import { tokenEndpoint } from "./protocol/token-endpoint.js";
import { readCookie } from "./routes/cookies.js";
import { loginUrl } from "./routes/links.js";
import { createPaths } from "./routes/paths.js";
import type { Routes } from "./routes/routes.js";
import { createSealer } from "./seal/sealer.js";
import { warnProcess } from "./settings/environment.js";
import type { SpotifyAuthOptions } from "./settings/options.js";
import { readSettings } from "./settings/read-options.js";
import type { SpotifyAuth } from "./spotify-auth.js";

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
  const { clientId, clientSecret, issuer, fetch, clock, timings, cookieName } = settings;
  const emitter = createEmitter();
  warnOfMistakes(emitter);
  const sealer = createSealer(settings.secrets);
  const endpoint = tokenEndpoint({ clientId, ...(clientSecret === undefined ? {} : { clientSecret }), issuer, fetch, now: () => clock.now() });

  const engine = createEngine({ settings, sealer, tokenEndpoint: endpoint, emitter, reauthorizeUrl: loginUrl(settings) });
  const paths = createPaths(settings);
  // What only sign-ins need is loaded with the first of them: a worker that refreshes never pays for it.
  let loading: Promise<Routes> | undefined;
  const loadRoutes = async (): Promise<Routes> => {
    const { createRoutes } = await import("./routes/routes.js");
    return createRoutes({ settings, engine, sealer, tokenEndpoint: endpoint, emitter }, paths);
  };
  const context: ClientContext = { engine, settings, loginUrl: (scopes = []) => loginUrl(settings, { scopes }) };

  const auth: SpotifyAuth = {
    owns: (path, { mountedAt = "" } = {}) => paths.owns(path, mountedAt),

    async handle(request, { mountedAt = "", path = new URL(request.url).pathname } = {}) {
      if (!paths.owns(path, mountedAt) && !paths.owns(`${mountedAt}${path}`, mountedAt)) return null;
      loading ??= loadRoutes();
      return (await loading).handle(request, { mountedAt, path });
    },

    async session({ cookie }) {
      const value = readCookie(cookie, cookieName);
      const found = value === null ? null : await engine.authenticate(value);
      return found === null ? null : new Session(context, found);
    },

    forUser: (subject) => new Client(context, { key: () => engine.keyOf(subject), sessionId: null }),

    async sessions(subject) {
      const record = await engine.read(await engine.keyOf(subject));
      if (!isGrant(record)) return [];
      const now = clock.now();
      return record.sessions.filter((session) => isLiving(session, now, timings)).map(({ createdAt, seenAt, expiresAt }) => ({ createdAt, seenAt, expiresAt }));
    },

    async signOut(subject, { keep } = {}) {
      await close(subject, "signOut", keep === undefined ? null : Session.idOf(keep));
    },

    async disconnect(subject) {
      await close(subject, "disconnect", null);
    },

    async retry(subject) {
      await engine.change(await engine.keyOf(subject), { type: "retried", now: clock.now() });
    },

    check: () => engine.check(),
    on: (event, listener) => emitter.on(event, listener),

    async close() {
      const unstored = await engine.close();
      await settings.store.close?.();
      return unstored;
    },
  };
  return register(auth, { settings, engine, emitter });

  async function close(subject: string, reason: "signOut" | "disconnect", keep: string | null): Promise<void> {
    const key = await engine.keyOf(subject);
    await engine.change(key, { type: "closed", reason, keep, now: clock.now() });
    emitter.emit("signedOut", { grant: reference(key), reason });
  }
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
