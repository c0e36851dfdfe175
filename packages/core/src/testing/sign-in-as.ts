import { hash, randomId, randomSecret } from "../grants/identifiers.js";
import { internalsOf } from "../internals.js";
import { reauthorizeBy, refreshAfterMs } from "../machine/timings.js";
import type { SpotifyScope } from "../scopes.js";
import type { SpotifyAuth } from "../spotify-auth.js";

/** Who is signed in, and with what. */
export interface SignInAs {
  /** The user's `id`; the subject for {@link SpotifyAuth.forUser}. */
  readonly user: string;
  /** @defaultValue none */
  readonly scopes?: readonly SpotifyScope[];
  /** @defaultValue a made-up one, which no API accepts */
  readonly accessToken?: string;
  /** @defaultValue a made-up one, which no token endpoint accepts */
  readonly refreshToken?: string;
  /** How long the access token lives, in ms; 0 = it is dead already. @defaultValue 3_600_000 */
  readonly lifetimeMs?: number;
}

/**
 * Signs a user in without HTTP: for tests of an app's own routes.
 *
 * @returns The value of a `Cookie` header.
 * @throws {@link TemporarilyUnavailable} when the store does not take it.
 */
export async function signInAs(auth: SpotifyAuth, { user, scopes = [], accessToken, refreshToken, lifetimeMs = 3_600_000 }: SignInAs): Promise<string> {
  const { engine, settings } = internalsOf(auth);
  const { clock, timings, cookieName } = settings;
  const now = clock.now();
  const secret = randomSecret();
  const key = await engine.keyOf(user);
  await engine.change(key, {
    type: "authorized",
    id: randomId(),
    begunAt: now,
    user: { id: user, spotifyId: user },
    scopes,
    authorizedAt: now,
    reauthorizeBy: reauthorizeBy(now),
    access: {
      id: randomId(),
      token: accessToken ?? `access-${randomId()}`,
      sentAt: now,
      expiresAt: now + lifetimeMs,
      refreshAfter: now + refreshAfterMs(lifetimeMs, 0, timings, false),
      rejected: false,
    },
    refreshToken: refreshToken ?? `refresh-${randomId()}`,
    lineage: randomId(),
    session: { id: await hash(secret), createdAt: now, seenAt: now, expiresAt: now + timings.session.absoluteMs },
    replaces: null,
    replacesUser: false,
  });
  return `${cookieName}=${key}.${secret}`;
}
