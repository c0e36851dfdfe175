import type { SignInContext } from "./context.js";
import { respond } from "./respond.js";
import { signedIn } from "./signed-in.js";

/**
 * The access token, for a script that plays music in the page. Never the refresh token.
 *
 * @see https://developer.spotify.com/documentation/web-playback-sdk
 */
export async function token(context: SignInContext, request: Request): Promise<Response> {
  const { client } = await signedIn(context, request);
  const usable = await client.token();
  const body = JSON.stringify({ accessToken: usable.reveal(), expiresAt: usable.expiresAt });
  return respond(200, body, { "content-type": "application/json" });
}
