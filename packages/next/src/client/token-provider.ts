"use client";

/** How {@link createTokenProvider} asks, and whom it tells. */
export interface TokenProviderOptions {
  /** The public path of the sign-in routes, with Next's own `basePath` before it. @defaultValue `/auth/spotify` */
  readonly basePath?: string;
  /** Told when no token can be had: `status` as the route answers, 401 = sign in again; 0 = no answer that can be read. The Web Playback SDK itself stays silent. */
  readonly onError?: (status: number) => void;
}

/**
 * What the Web Playback SDK takes as `getOAuthToken`: hands out a living access token each time it is asked, from the route that the option `token: true` opens. The
 * token is kept nowhere: the SDK asks once an hour or less, and only the server knows whether its user has signed out since, or the token is dead.
 */
export function createTokenProvider({ basePath = "/auth/spotify", onError }: TokenProviderOptions = {}): (give: (token: string) => void) => void {
  let asking: Promise<string | null> | undefined;

  async function ask(): Promise<string | null> {
    const found = await tokenOrStatus(basePath);
    if (typeof found === "string") return found;
    onError?.(found);
    return null;
  }

  return (give) => {
    asking ??= ask().finally(() => (asking = undefined));
    void asking.then((token) => token !== null && give(token));
  };
}

async function tokenOrStatus(basePath: string): Promise<string | number> {
  try {
    const answer = await fetch(`${basePath}/token`, { headers: { "x-refrain": "1" }, cache: "no-store" });
    return answer.ok ? ((await answer.json()) as { accessToken: string }).accessToken : answer.status;
  } catch {
    // No answer, or one that breaks off or is somebody else's, such as the page of a café's network.
    return 0;
  }
}
