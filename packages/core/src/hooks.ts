import type { SpotifyClient } from "./client/spotify-client.js";
import type { SpotifyUser } from "./machine/grant.js";

/** Why the app itself turns a user away who has signed in with Spotify. Shown as a page; nothing of it is a secret. */
export interface SignInRefusal {
  /** What happened, as a heading. */
  readonly title: string;
  /** What to do about it, in a sentence. */
  readonly advice: string;
  /** The button. @defaultValue back to the app's `returnTo` page */
  readonly action?: { readonly label: string; readonly href: string } | undefined;
}

/**
 * What the app does when a user has signed in, and whether it lets them in: nothing returned, or `null`, is welcome.
 *
 * @param client Calls the Web API for that user.
 * @param details `subject`: the app's own id of its user, where Spotify is linked; else `null`.
 */
export type OnSignIn = (
  user: SpotifyUser,
  client: SpotifyClient,
  details: { readonly subject: string | null },
) => Promise<SignInRefusal | null | void> | SignInRefusal | null | void;

/** A page of ours, as data: for an app that renders it in its own frame. Text, never HTML. */
export interface PageDetails {
  readonly status: number;
  /** The error's code, such as `login_failed`; `null` on a page that tells of no failure. */
  readonly code: string | null;
  /** What happened. */
  readonly title: string;
  /** What that means for the user. */
  readonly means: string;
  /** What to do about it. */
  readonly advice: string;
  /** The one button: leads somewhere, or asks the same page again with this method. */
  readonly action: { readonly label: string; readonly href: string } | { readonly label: string; readonly again: "GET" | "POST" };
  /** Where else to look. */
  readonly link: { readonly label: string; readonly href: string } | null;
  /** For the user to quote; the event `failureAnswered` has the same. `null` on a page that tells of no failure. */
  readonly reference: string | null;
}

/** Renders a page, or leaves it to us. */
export type RenderPage = (page: PageDetails) => Promise<Response | null> | Response | null;
