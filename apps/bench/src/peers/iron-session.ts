import express, { type Express } from "express";
import { getIronSession, type IronSession, type SessionOptions } from "iron-session";
import * as openid from "openid-client";
import type { IncomingMessage, ServerResponse } from "node:http";
import { client, type Peer, scopes, secret, type Setting } from "./peer.js";
import { bearing, SignInAgain, tokenRoutes, TryLater } from "./token-routes.js";

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix ms. */
  readonly expiresAt: number;
}

interface Session {
  /** Of a sign-in that has begun. */
  login: { readonly state: string; readonly codeVerifier: string };
  tokens: Tokens;
}

const options: SessionOptions = { cookieName: "session", password: secret, cookieOptions: { secure: false } };

/**
 * iron-session keeps the session in a sealed cookie and knows nothing of OAuth; openid-client signs in and refreshes. When to refresh is written by hand.
 *
 * @see https://github.com/vvo/iron-session#usage
 * @see https://github.com/panva/openid-client/blob/main/examples/oauth.ts
 */
export const ironSession: Peer = { name: "iron-session", packages: ["iron-session", "openid-client"], oneProcess: null, build };

async function build(setting: Setting): Promise<Express> {
  const { origin, spotify } = setting;
  const server = { issuer: spotify, authorization_endpoint: `${spotify}/authorize`, token_endpoint: `${spotify}/api/token` };
  const configuration = new openid.Configuration(server, client.id, client.secret);
  openid.allowInsecureRequests(configuration);

  const app = express();
  app.get("/login", async (request, response) => {
    const session = await sessionOf(request, response);
    const login = { state: openid.randomState(), codeVerifier: openid.randomPKCECodeVerifier() };
    session.login = login;
    await session.save();
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: `${origin}/callback`,
      scope: scopes.join(" "),
      state: login.state,
      code_challenge: await openid.calculatePKCECodeChallenge(login.codeVerifier),
      code_challenge_method: "S256",
    });
    response.redirect(url.href);
  });
  app.get("/callback", async (request, response) => {
    const session = await sessionOf(request, response);
    const { login } = session;
    if (login === undefined) throw new SignInAgain();
    const checks = { pkceCodeVerifier: login.codeVerifier, expectedState: login.state };
    session.tokens = tokensFrom(await openid.authorizationCodeGrant(configuration, new URL(request.originalUrl, origin), checks));
    delete session.login;
    await session.save();
    response.redirect("/");
  });
  tokenRoutes(app, setting, async (request, response) => {
    const session = await sessionOf(request, response);
    if (session.tokens === undefined) throw new SignInAgain();
    if (Date.now() >= session.tokens.expiresAt) {
      session.tokens = await refreshed(configuration, session.tokens.refreshToken);
      await session.save();
    }
    return bearing(session.tokens.accessToken);
  });
  return app;
}

function sessionOf(request: IncomingMessage, response: ServerResponse): Promise<IronSession<Session>> {
  return getIronSession<Session>(request, response, options);
}

async function refreshed(configuration: openid.Configuration, refreshToken: string): Promise<Tokens> {
  try {
    return tokensFrom(await openid.refreshTokenGrant(configuration, refreshToken), refreshToken);
  } catch (error) {
    throw error instanceof openid.ResponseBodyError && error.error === "invalid_grant" ? new SignInAgain() : new TryLater();
  }
}

function tokensFrom(answer: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers, earlier = ""): Tokens {
  return { accessToken: answer.access_token, refreshToken: answer.refresh_token ?? earlier, expiresAt: Date.now() + (answer.expiresIn() ?? 0) * 1000 };
}
