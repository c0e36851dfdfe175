import type { Clock, SpotifyAuth, SpotifyAuthEvent, SpotifyAuthEvents } from "@refrain/core";
import { duration } from "../duration.js";
import type { Happening } from "./trail.js";

type Words = Pick<Happening, "what" | "why"> & { readonly tookMs?: number };
type Sentences = { readonly [Event in SpotifyAuthEvent]: (detail: SpotifyAuthEvents[Event], now: number) => Words };

const causes = {
  notSent: "The request could not be sent.",
  throttled: "Spotify asks for a pause.",
  misconfigured: "Spotify refused the app itself; no user is touched.",
  ambiguous: "No usable answer came. The refresh token is kept.",
  refused: "Spotify no longer takes this refresh token.",
} as const;

const endings = {
  logout: "One session was ended; the others go on.",
  signOut: "The user's sessions elsewhere were ended.",
  disconnect: "Tokens, permissions and sessions are erased here.",
} as const;

const reasons = { expired: "Six months are over.", revoked: "Spotify ended the consent.", lostRotation: "A new refresh token was lost on its way." } as const;

const denials = {
  unlisted: "A script asked for what the app does not let through.",
  upgrade: "A script asked for another protocol.",
  tooOften: "The scripts of one session ask too often.",
  tooLong: "A script sent more than 1 MiB.",
} as const;

const sentences: Sentences = {
  signedIn: () => ({ what: "Signed in", why: "Spotify's answer was exchanged for tokens; they never leave the server." }),
  signInRefused: () => ({ what: "Turned away", why: "The app itself refused the sign-in." }),
  loginFailed: ({ reason }) => ({ what: "Sign-in failed", why: `Nothing was lost: ${reason}.` }),
  signedOut: ({ reason }) => ({ what: reason === "disconnect" ? "Disconnected" : "Signed out", why: endings[reason] }),
  failureAnswered: ({ code, reference }) => ({ what: "Failure shown", why: reference === null ? `A program was told ${code}.` : `A page told of ${code}.` }),
  forgeryBlocked: ({ route }) => ({ what: "Forgery blocked", why: `Something else than this app's own pages asked for ${route}.` }),
  proxyDenied: ({ reason }) => ({ what: "Call refused", why: denials[reason] }),
  refreshed: ({ tookMs, rotated }) => ({
    what: "Refreshed",
    why: rotated ? "A new access token and a new refresh token are stored." : "A new access token is stored.",
    tookMs,
  }),
  refreshFailed: ({ cause, retryAt }, now) => ({
    what: "Refresh failed",
    why: retryAt === null ? causes[cause] : `${causes[cause]} Next try in ${duration(Math.max(1000, retryAt - now))}.`,
  }),
  misconfigured: ({ error }) => ({ what: "Misconfigured", why: `Spotify says ${error}: check client id and secret.` }),
  reauthorizationRequired: ({ reason }) => ({ what: "Consent needed", why: reasons[reason] }),
  consentEnding: ({ days }) => ({ what: "Consent ends soon", why: `Less than ${days} days of its six months are left.` }),
  revocationFailed: ({ status }) => ({
    what: "Not revoked",
    why: `Spotify ${status === null ? "gave no answer" : `answered ${status}`}; here everything is erased.`,
  }),
  unreadableRecord: ({ problem }) => ({
    what: "Unreadable record",
    why: problem === "corrupt" ? "A stored grant is damaged." : "A stored grant was sealed with another secret.",
  }),
  storeFailed: ({ operation }) => ({ what: "Store failed", why: `It did not answer to ${operation}.` }),
  tokensNotStored: () => ({ what: "Tokens not stored", why: "They are held in memory, and storing is tried again." }),
};

/** Tells of every event of the library, in a sentence. */
export function listenToApp(auth: SpotifyAuth, clock: Clock, tell: (happening: Happening) => void): void {
  const listen = <Event extends SpotifyAuthEvent>(event: Event, sentence: Sentences[Event]): void => {
    auth.on(event, (detail) => {
      const now = clock.now();
      const { what, why, tookMs = null } = sentence(detail, now);
      tell({ at: now, what, why, tookMs, facts: Object.entries(detail).map(([name, value]) => fact(name, value)) });
    });
  };
  for (const event of Object.keys(sentences) as SpotifyAuthEvent[]) listen(event, sentences[event]);
}

function fact(name: string, value: string | number | boolean | null): readonly [string, string] {
  if (name.endsWith("At")) return [name, typeof value === "number" ? new Date(value).toISOString() : "never"];
  return [name, name.endsWith("Ms") ? `${Math.round(Number(value))} ms` : String(value)];
}
