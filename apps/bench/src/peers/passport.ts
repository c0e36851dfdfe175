import { RedisStore } from "connect-redis";
import express, { type Express } from "express";
import type { Store } from "express-session";
import authenticator from "passport";
import OAuth2Strategy, { type VerifyCallback } from "passport-oauth2";
import refresher from "passport-oauth2-refresh";
import { createClient } from "redis";
import { client, type Peer, scopes, type Setting } from "./peer.js";
import { memoryIsOfOneProcess, sessions } from "./sessions.js";
import { bearing, SignInAgain, tokenRoutes, TryLater } from "./token-routes.js";

declare global {
  namespace Express {
    interface User {
      accessToken: string;
      refreshToken: string;
      /** Unix ms. */
      expiresAt: number;
    }
  }
}

/**
 * passport-spotify rests since 2021 and wraps passport-oauth2, which is used itself: with state and PKCE, the tokens in the session. Passport does not refresh; `passport-oauth2-refresh`
 * makes the call, and when to call, and what an error means, everybody writes by hand.
 *
 * @see https://www.passportjs.org/packages/passport-oauth2/
 * @see https://github.com/fiznool/passport-oauth2-refresh#usage
 */
export const passport: Peer = {
  name: "passport",
  packages: ["passport", "passport-oauth2", "passport-oauth2-refresh", "express-session"],
  oneProcess: memoryIsOfOneProcess,
  build: (setting) => build(setting),
};

/** The same with its sessions in Redis. */
export const passportOnRedis: Peer = {
  ...passport,
  name: "passport on Redis",
  packages: [...passport.packages, "connect-redis"],
  oneProcess: null,
  onRedis: true,
  async build(setting) {
    const redis = createClient({ url: `${setting.redis}` });
    await redis.connect();
    return build(setting, new RedisStore({ client: redis }));
  },
};

async function build(setting: Setting, store?: Store): Promise<Express> {
  const { origin, spotify } = setting;
  const strategy = new OAuth2Strategy(
    {
      authorizationURL: `${spotify}/authorize`,
      tokenURL: `${spotify}/api/token`,
      clientID: client.id,
      clientSecret: client.secret,
      callbackURL: `${origin}/callback`,
      scope: [...scopes],
      state: true,
      pkce: true,
    },
    (accessToken: string, refreshToken: string, answer: Answer, _profile: unknown, done: VerifyCallback) =>
      done(null, { accessToken, refreshToken, expiresAt: Date.now() + answer.expires_in * 1000 }),
  );
  authenticator.use(strategy);
  refresher.use(strategy);
  authenticator.serializeUser((user, done) => done(null, user));
  authenticator.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.use(sessions(store));
  app.use(authenticator.session());
  app.get("/login", authenticator.authenticate("oauth2"));
  app.get("/callback", authenticator.authenticate("oauth2", { successRedirect: "/" }));
  tokenRoutes(app, setting, async ({ user }) => {
    if (user === undefined) throw new SignInAgain();
    // The user is the one in the session, which is saved at the end of a request that changed it.
    if (Date.now() >= user.expiresAt) Object.assign(user, await refreshed(user.refreshToken));
    return bearing(user.accessToken);
  });
  return app;
}

interface Answer {
  readonly expires_in: number;
}

function refreshed(refreshToken: string): Promise<Express.User> {
  return new Promise((resolve, reject) => {
    refresher.requestNewAccessToken("oauth2", refreshToken, (error, accessToken, rotated, answer: Answer) => {
      if (error || accessToken === undefined) return reject(isFinal(error) ? new SignInAgain() : new TryLater());
      // Absent where the provider does not rotate.
      resolve({ accessToken, refreshToken: rotated ?? refreshToken, expiresAt: Date.now() + answer.expires_in * 1000 });
    });
  });
}

function isFinal(error: object | null): boolean {
  const { statusCode, data } = (error ?? {}) as { readonly statusCode?: number; readonly data?: unknown };
  return statusCode === 400 && String(data).includes("invalid_grant");
}
