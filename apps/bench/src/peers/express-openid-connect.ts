import express, { type Express } from "express";
import openidConnect from "express-openid-connect";
import { ResponseBodyError } from "openid-client";
import { client, type Peer, scopes, secret, type Setting } from "./peer.js";
import { bearing, SignInAgain, tokenRoutes, TryLater } from "./token-routes.js";

/**
 * Spotify is no OpenID provider, so this library cannot sign in with it at all. It is measured against the emulator behind a front that adds what is missing, since its users meet the same races at Auth0.
 *
 * @see https://auth0.github.io/express-openid-connect/interfaces/AccessToken.html
 * @see https://github.com/auth0/express-openid-connect/blob/master/EXAMPLES.md
 */
export const expressOpenidConnect: Peer = { name: "express-openid-connect", packages: ["express-openid-connect"], oneProcess: null, build };

async function build(setting: Setting): Promise<Express> {
  const app = express();
  app.use(
    openidConnect.auth({
      issuerBaseURL: setting.openid,
      baseURL: setting.origin,
      clientID: client.id,
      clientSecret: client.secret,
      secret,
      authRequired: false,
      authorizationParams: { response_type: "code", scope: ["openid", ...scopes].join(" ") },
    }),
  );
  tokenRoutes(app, setting, async ({ oidc }) => {
    let { accessToken } = oidc;
    if (accessToken === undefined) throw new SignInAgain();
    if (accessToken.isExpired()) accessToken = await accessToken.refresh().catch(sorted);
    return bearing(accessToken.access_token);
  });
  return app;
}

/** The documentation does not say what `refresh()` rejects with: it is the error of openid-client. */
function sorted(error: unknown): never {
  throw error instanceof ResponseBodyError && error.error === "invalid_grant" ? new SignInAgain() : new TryLater();
}
