import type { LoginFailed, LoginFailure } from "../errors/login-failed.js";
import type { MissingScopes } from "../errors/missing-scopes.js";
import type { SpotifyAuthError } from "../errors/spotify-auth-error.js";
import type { Settings } from "../settings/settings.js";
import { loginUrl } from "./links.js";
import type { Action, Page } from "./page.js";

/** What the user was about to do: an unfinished sign-in leaves nobody signed in, an unfinished sign-out leaves everybody so. */
export type Situation = "visiting" | "signingIn" | "signingOut";

/**
 * The page that explains an error to the user it met.
 *
 * @param again What the button asks when the same may succeed later.
 */
export function errorPage(settings: Settings, error: SpotifyAuthError, situation: Situation, again: Action): Page {
  const { status, retryAfterMs } = error;
  const signIn = (label: string): Action => ({ label, href: error.reauthorizeUrl ?? loginUrl(settings) });
  const failure = { code: error.code, message: error.message };
  return { status, retryAfterMs, failure, ...textOf(settings, error, situation, signIn, again) };
}

type Text = Pick<Page, "title" | "means" | "advice" | "action">;

const standing: Record<Situation, string> = {
  visiting: "You are still signed in, and nothing was lost.",
  signingIn: "The sign-in was not finished. Nothing was lost.",
  signingOut: "You are still signed in: nothing has changed yet.",
};

function textOf(settings: Settings, error: SpotifyAuthError, situation: Situation, signIn: (label: string) => Action, again: Action): Text {
  const means = standing[situation];
  switch (error.code) {
    case "not_authenticated":
      return {
        title: "You are not signed in",
        means: "Nothing was changed.",
        advice: "Sign in with Spotify, then try again.",
        action: signIn("Sign in with Spotify"),
      };
    case "reauthorization_required":
      return {
        title: "Spotify asks for your consent again",
        means: "You are still signed in here, but Spotify has ended the earlier consent.",
        advice: "Confirm it at Spotify to go on. Spotify ends each one after six months at the latest.",
        action: signIn("Continue to Spotify"),
      };
    case "missing_scopes":
      if ((error as MissingScopes).missing.length === 0) return undeclaredScope(settings, means);
      return {
        title: "Spotify needs to ask you first",
        means: (error as MissingScopes).withdrawn
          ? "You are still signed in. Spotify no longer accepts a permission that this page needs."
          : "You are still signed in. This page needs a permission that has not been given.",
        advice: "Spotify shows what it is about, and you decide there.",
        action: signIn("Continue to Spotify"),
      };
    case "not_allowlisted":
      return notAllowlisted(error, again);
    case "rate_limited":
      return { title: "Spotify asks this app to slow down", means, advice: "Wait a little, then try again.", action: again };
    case "temporarily_unavailable":
      return {
        title: "Something this app needs cannot be reached right now",
        means,
        advice: "It usually passes within a minute. Wait a moment, then try again.",
        action: again,
      };
    case "login_failed":
      return { means: "You are not signed in. Nothing was lost.", action: signIn("Start again"), ...failures[(error as LoginFailed).reason] };
    case "request_refused":
      return {
        title: "Spotify refused a request of this app",
        means,
        advice: "Trying again may help. If it does not, tell whoever runs this app.",
        action: again,
      };
    case "configuration_error":
      return {
        title: "This app is not set up correctly",
        means: "Nothing is wrong with your account.",
        advice: "Only whoever runs this app can mend it. Tell them, with the reference below.",
        action: again,
      };
    case "integrity_error":
      return {
        title: "Your saved sign-in cannot be read",
        means: "You need to sign in again. Your Spotify account is not affected.",
        advice: "A new sign-in takes the place of the damaged one.",
        action: signIn("Sign in with Spotify"),
      };
  }
}

/** Spotify does not say which permission is missing, so asking the user again would change nothing. */
function undeclaredScope({ redirectUri, returnTo }: Settings, means: string): Text {
  return {
    title: "This page needs a permission that it does not ask for",
    means,
    advice: "Only whoever runs this app can mend it. Tell them, with the reference below.",
    action: { label: "Open the app", href: `${redirectUri.origin}${returnTo}` },
  };
}

function notAllowlisted(error: SpotifyAuthError, action: Action): Text {
  const means = "Nothing is wrong with your account.";
  const owner = "reason" in error && error.reason === "owner";
  if (owner) {
    return {
      title: "Spotify has paused this app",
      means,
      advice: "The person who registered this app needs a Premium plan at Spotify. After that is renewed, it can take a few hours.",
      action,
    };
  }
  return {
    title: "Spotify does not let this account use the app yet",
    means,
    advice: "The app is in development, open to listed people only. Ask whoever runs it to add you in Spotify's developer dashboard under User Management.",
    action,
  };
}

const startAgain = "Start again from the app.";

const failures: Record<LoginFailure, Pick<Text, "title" | "advice"> & Partial<Text>> = {
  unknownTransaction: {
    title: "This browser does not remember starting the sign-in",
    advice:
      "Cookies may be blocked for this site, it may have taken longer than ten minutes, or it may have begun in another browser or under another address of this app. Start again, with cookies allowed.",
  },
  alreadyUsed: {
    title: "This sign-in was already finished",
    means: "Each one counts once, so this page did nothing.",
    advice: "It is often the back button or a reload. Start again if you are not signed in.",
  },
  malformed: { title: "The answer could not be read", advice: startAgain },
  denied: {
    title: "You did not allow the sign-in",
    means: "You are not signed in, and Spotify has shared nothing.",
    advice: "If that was not what you meant, start again and choose to agree.",
  },
  wrongIssuer: { title: "The answer did not come from Spotify", advice: `It was not used. ${startAgain}` },
  refused: { title: "Spotify did not accept the sign-in", advice: startAgain },
  otherAccount: {
    title: "That is another Spotify account",
    means: "Nothing was changed: you are still signed in with the account you had before.",
    advice: "Start again with that account. To change to the other one, sign out first.",
  },
  otherSubject: {
    title: "You are not signed in to this app as the one who began this",
    means: "Nothing was linked.",
    advice: "Your account in the app has changed since, or you are signed out of it. Start again with the one you want.",
  },
  closedSince: { title: "You signed out while this was under way", advice: "So it was not finished. Start again if you want to sign in." },
  scopesNotGranted: {
    title: "Spotify did not give every permission",
    means: "You are signed in, but without all that this page needs.",
    advice: "Start again and agree to what Spotify shows, or go on without it.",
  },
  unavailable: { title: "Spotify cannot be reached right now", advice: "Wait a moment, then start again." },
};
