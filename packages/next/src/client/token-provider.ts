"use client";

/** How {@link createTokenProvider} asks, and whom it tells. */
export interface TokenProviderOptions {
  /** The public path of the sign-in routes, with Next's own `basePath` before it. @defaultValue `/auth/spotify` */
  readonly basePath?: string;
  /** Told when no token can be had: `status` as the route answers, 401 = sign in again; 0 = no answer. The Web Playback SDK itself stays silent. */
  readonly onError?: (status: number) => void;
}

/**
 * What the Web Playback SDK takes as `getOAuthToken`: hands out a living access token each time it is asked, from the route that the option `token: true` opens. The
 * token is kept nowhere: the SDK asks once an hour or less, and only the server knows whether its user has signed out since, or the token is dead.
 */
export function createTokenProvider({ basePath = "/auth/spotify", onError }: TokenProviderOptions = {}): (give: (token: string) => void) => void {
  let asking: Promise<string | null> | undefined;

  async function ask(): Promise<string | null> {
    const answer = await fetch(`${basePath}/token`, { headers: { "x-refrain": "1" }, cache: "no-store" }).catch(() => null);
    if (answer?.ok === true) return ((await answer.json()) as { accessToken: string }).accessToken;
    onError?.(answer?.status ?? 0);
    return null;
  }

  return (give) => {
    asking ??= ask().finally(() => (asking = undefined));
    void asking.then((token) => token !== null && give(token));
  };
}
