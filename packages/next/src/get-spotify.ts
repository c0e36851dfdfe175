import { checkedNeed, type SessionNeed, type SpotifySession } from "@refrain/core";
import { headers } from "next/headers.js";
import { redirect } from "next/navigation";
import { cache } from "react";
import { afterResponse } from "./after-response.js";
import { pageHeader } from "./page-header.js";
import type { Runtime } from "./runtime.js";

/** What a page needs to be shown. */
export interface PageNeed extends SessionNeed {
  readonly required: true;
  /** The path to come back to. @defaultValue the page itself where the proxy runs, else `/` */
  readonly returnTo?: string;
}

/** What a server action needs to run. */
export interface ActionNeed extends PageNeed {
  /** `true`: do not redirect, which a server action cannot do well, but say where to go. */
  readonly inAction: true;
}

/** What a server action gets: a session, or where to send the user, for the browser to go to with `location.assign()`. */
export type ActionSpotify = { readonly spotify: SpotifySession; readonly signInUrl: null } | { readonly spotify: null; readonly signInUrl: string };

/** Reads who is signed in, see {@link createSpotify}. */
export interface GetSpotify {
  (): Promise<SpotifySession | null>;
  (need: ActionNeed): Promise<ActionSpotify>;
  (need: PageNeed): Promise<SpotifySession>;
}

export function createGetSpotify(open: () => Runtime): GetSpotify {
  // Once per request, however many components ask.
  const read = cache(async (): Promise<SpotifySession | null> => {
    // First of all: this is how Next learns that the page belongs to one request. At build time it goes no further.
    const cookie = (await headers()).get("cookie");
    const { auth } = open();
    return auth.session({ cookie, subject: await auth.subjectOf(undefined), waitUntil: afterResponse });
  });

  async function getSpotify(need?: PageNeed | ActionNeed): Promise<SpotifySession | ActionSpotify | null> {
    if (need === undefined) return read();
    checkedNeed(need, "getSpotify()", ["required", "scopes", "returnTo", "inAction"]);
    const inAction = "inAction" in need && need.inAction;
    const found = await read();
    const { auth, requireSession, remedyUrl, warn } = open();
    let signInUrl: string | null;
    try {
      const spotify = await requireSession(auth, found, need.scopes === undefined ? {} : { scopes: need.scopes });
      return inAction ? { spotify, signInUrl: null } : spotify;
    } catch (error) {
      signInUrl = await remedyUrl(auth, error, need.returnTo ?? (await pageAsked(warn)));
      if (signInUrl === null) throw error;
    }
    if (inAction) return { spotify: null, signInUrl };
    redirect(signInUrl);
  }

  return getSpotify as GetSpotify;
}

/** The page that was asked for, as the proxy noted it. Of a server action Next says from which page it came. */
async function pageAsked(warn: Runtime["warn"]): Promise<string> {
  const page = (await headers()).get(pageHeader);
  if (page !== null) return page;
  warn("getSpotify({ required: true }) comes back to /: give returnTo, or let the proxy of @refrain/next run, which tells pages their own path.");
  return "/";
}
