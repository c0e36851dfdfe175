import { generateCodeVerifier, OAuth2Client, OAuth2Fetch, type OAuth2Token } from "@badgateway/oauth2-client";
import express, { type Express, type Request } from "express";
import { randomUUID } from "node:crypto";
import { client, type Peer, scopes, type Setting } from "./peer.js";
import { memoryIsOfOneProcess, sessions } from "./sessions.js";
import { SignInAgain, tokenRoutes } from "./token-routes.js";

declare module "express-session" {
  interface SessionData {
    /** Of a sign-in that has begun. */
    login?: { readonly state: string; readonly codeVerifier: string };
    user?: string;
  }
}

/**
 * `OAuth2Fetch` of its README: one per user and process, kept for as long as the process lives, so that its single flight holds. Its token would be stored by `storeToken`;
 * with sessions in memory the object itself is as lasting.
 *
 * @see https://github.com/badgateway/oauth2-client#fetch-wrapper
 */
export const badgateway: Peer = { name: "badgateway", packages: ["@badgateway/oauth2-client", "express-session"], oneProcess: memoryIsOfOneProcess, build };

async function build(setting: Setting): Promise<Express> {
  const { origin, spotify } = setting;
  const oauth2 = new OAuth2Client({
    server: spotify,
    clientId: client.id,
    clientSecret: client.secret,
    tokenEndpoint: "/api/token",
    authorizationEndpoint: "/authorize",
  });
  const redirectUri = `${origin}/callback`;
  const users = new Map<string, OAuth2Fetch>();

  const app = express();
  app.use(sessions());
  app.get("/login", async (request, response) => {
    const login = { state: randomUUID(), codeVerifier: await generateCodeVerifier() };
    request.session.login = login;
    response.redirect(await oauth2.authorizationCode.getAuthorizeUri({ redirectUri, scope: [...scopes], ...login }));
  });
  app.get("/callback", async (request, response) => {
    const { login } = request.session;
    if (login === undefined) throw new SignInAgain();
    const token = await oauth2.authorizationCode.getTokenFromCodeRedirect(new URL(request.originalUrl, origin), { redirectUri, ...login });
    const user = randomUUID();
    users.set(user, fetchWrapper(oauth2, token));
    delete request.session.login;
    request.session.user = user;
    response.redirect("/");
  });
  tokenRoutes(app, setting, async (request) => {
    const wrapper = wrapperOf(users, request);
    // Whatever went wrong, it is told as one error: "Unable to obtain OAuth2 tokens, a full reauth may be needed".
    await wrapper.getAccessToken().catch(() => {
      throw new SignInAgain();
    });
    return (url) => wrapper.fetch(url);
  });
  return app;
}

function fetchWrapper(oauth2: OAuth2Client, token: OAuth2Token): OAuth2Fetch {
  return new OAuth2Fetch({
    client: oauth2,
    getStoredToken: () => token,
    // "You may want to do this when a user needs to be redirected back to the authorization_code endpoints."
    getNewToken: () => null,
  });
}

function wrapperOf(users: ReadonlyMap<string, OAuth2Fetch>, request: Request): OAuth2Fetch {
  const wrapper = users.get(request.session.user ?? "");
  if (wrapper === undefined) throw new SignInAgain();
  return wrapper;
}
