import { NotAuthenticated } from "../errors/not-authenticated.js";
import { presentSession, type SignInContext } from "./context.js";
import { loginUrl, pageUrl } from "./links.js";
import { signedOutCookies } from "./logout.js";
import { wantsPage } from "./navigation.js";
import { pageResponse } from "./page.js";
import { respond } from "./respond.js";
import { returnPath } from "./return-to.js";

/** Erases the signed-in user's grant, and says where the user can end the consent at Spotify: there is no call for that. */
export async function disconnect(context: SignInContext, request: Request, query: URLSearchParams): Promise<Response> {
  const { settings } = context;
  const present = await presentSession(context, request);
  if (present === null) throw new NotAuthenticated(loginUrl(settings));

  await context.disconnect(present.key, context.waitUntil);

  const isLogin = context.subjectKey === undefined;
  const cookies = await signedOutCookies(context, request);
  if (!wantsPage(request.headers)) return respond(204, null, {}, cookies);
  const page = {
    status: 200,
    title: "This app is disconnected from Spotify",
    means: isLogin
      ? "You are signed out on every device, and what the app kept of your Spotify account is erased."
      : "What the app kept of your Spotify account is erased. You are still signed in to the app itself.",
    advice: "Spotify still lists the app until you remove it there as well.",
    action: { label: "Continue", href: pageUrl(settings, returnPath(query.getAll("returnTo"), settings)) },
    link: { label: "Remove the app at Spotify", href: "https://www.spotify.com/account/apps/" },
  };
  return pageResponse(context, page, cookies);
}
