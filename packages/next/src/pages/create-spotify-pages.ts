import { checkedNeed, type SessionNeed, type SpotifySession } from "@refrain/core";
import { headOf, keepPrivate, sendWebResponse } from "@refrain/core/node";
import type { GetServerSideProps, GetServerSidePropsContext, GetServerSidePropsResult, NextApiRequest, NextApiResponse } from "next";
import type { SpotifyOptions } from "../options.js";
import { lazyRuntime } from "../runtime.js";

/** An API route for those who are signed in. */
export type SpotifyApiHandler = (request: NextApiRequest, response: NextApiResponse, context: { readonly spotify: SpotifySession }) => unknown;

/** `getServerSideProps` for those who are signed in. */
export type GetSpotifyProps<Props> = (context: GetServerSidePropsContext & { readonly spotify: SpotifySession }) => Promise<GetServerSidePropsResult<Props>>;

/** Sign-in with Spotify in the Pages Router. The sign-in routes themselves are an App Router handler, which stands beside `pages/`. */
export interface SpotifyPages {
  /**
   * An API route for those who are signed in; others get 401 or 403 as `application/problem+json`.
   *
   * @throws ConfigurationError when the need is misspelt: when the module is loaded.
   */
  withSpotifyApi(handler: SpotifyApiHandler, need?: SessionNeed): (request: NextApiRequest, response: NextApiResponse) => Promise<void>;
  /**
   * `getServerSideProps` for those who are signed in; others are sent to Spotify and come back to the same page.
   *
   * @throws ConfigurationError when the need is misspelt: when the module is loaded.
   */
  withSpotifyPage<Props extends Record<string, unknown>>(getProps: GetSpotifyProps<Props>, need?: SessionNeed): GetServerSideProps<Props>;
}

/** Sign-in with Spotify for the Pages Router, set up as `createSpotify()` is: the same options mean the same instance. */
export function createSpotifyPages(options: SpotifyOptions = {}): SpotifyPages {
  const open = lazyRuntime(options);

  return {
    withSpotifyApi(handler, need = {}) {
      checkedNeed(need, "withSpotifyApi()");
      return async (request, response) => {
        const { auth, requireSession, toProblem } = open();
        try {
          const subject = await auth.subjectOf(request);
          const spotify = await requireSession(auth, await auth.session({ cookie: request.headers.cookie, subject }), need);
          keepPrivate(response, true);
          await handler(request, response, { spotify });
        } catch (error) {
          const answer = response.headersSent ? null : await toProblem(auth, error, headOf(request));
          if (answer === null) throw error;
          await sendWebResponse(response, answer);
        }
      };
    },

    withSpotifyPage(getProps, need = {}) {
      checkedNeed(need, "withSpotifyPage()");
      return async (context) => {
        const { auth, requireSession, renewConsent, remedyUrl } = open();
        const { req: request, res: response } = context;
        const page = pageOf(context);
        keepPrivate(response, true);
        try {
          const subject = await auth.subjectOf(request);
          const spotify = await requireSession(auth, await auth.session({ cookie: request.headers.cookie, subject }), need);
          const renewal = await renewConsent(auth, spotify, () => headOf(request, page));
          const destination = renewal?.headers.get("location") ?? null;
          return destination === null ? await getProps({ ...context, spotify }) : { redirect: { destination, statusCode: 303 } };
        } catch (error) {
          const destination = await remedyUrl(auth, error, page);
          if (destination === null) throw error;
          return { redirect: { destination, statusCode: 303 } };
        }
      };
    },
  };
}

/** The page as the public sees it. Next has taken the locale off, and its base path, which core puts back. */
function pageOf({ locale, defaultLocale, resolvedUrl }: GetServerSidePropsContext): string {
  return locale === defaultLocale ? resolvedUrl : `/${locale}${resolvedUrl}`;
}
