"use client";

/** How {@link createTokenProvider} asks, and whom it tells. */
export interface TokenProviderOptions {
  /** The public path of the sign-in routes, with Next's own `basePath` before it. @defaultValue `/auth/spotify` */
  readonly basePath?: string;
  /** Told when no token can be had: `status` as the route answers, 401 = sign in again; 0 = no answer. The Web Playback SDK itself stays silent. */
  readonly onError?: (status: number) => void;
}

/** With less life left than this a token is fetched anew, in ms. */
const marginMs = 60_000;

/**
 * What the Web Playback SDK takes as `getOAuthToken`: hands out a living access token each time it is asked, from the route that the option `token: true` opens. The
 * token is kept in this function's memory and nowhere else.
 */
export function createTokenProvider({ basePath = "/auth/spotify", onError }: TokenProviderOptions = {}): (give: (token: string) => void) => void {
  let known: { readonly accessToken: string; readonly expiresAt: number } | undefined;
  let asking: Promise<string | null> | undefined;

  async function ask(): Promise<string | null> {
    if (known !== undefined && known.expiresAt - Date.now() > marginMs) return known.accessToken;
    const answer = await fetch(`${basePath}/token`, { headers: { "x-refrain": "1" }, cache: "no-store" }).catch(() => null);
    if (answer?.ok !== true) {
      onError?.(answer?.status ?? 0);
      return null;
    }
    known = (await answer.json()) as NonNullable<typeof known>;
    return known.accessToken;
  }

  return (give) => {
    asking ??= ask().finally(() => (asking = undefined));
    void asking.then((token) => token !== null && give(token));
  };
}
