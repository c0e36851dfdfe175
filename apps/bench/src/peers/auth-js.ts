import { Auth, type AuthConfig, skipCSRFCheck } from "@auth/core";
import type { Session } from "@auth/core/types";
import { ExpressAuth } from "@auth/express";
import Spotify from "@auth/express/providers/spotify";
import express, { type Express, type Request, type Response as ExpressResponse } from "express";
import { client, type Peer, scopes, secret, type Setting } from "./peer.js";
import { bearing, SignInAgain, tokenRoutes } from "./token-routes.js";

declare module "@auth/core/jwt" {
  interface JWT {
    access_token?: string | undefined;
    /** Unix seconds. */
    expires_at?: number | undefined;
    refresh_token?: string | undefined;
    error?: "RefreshTokenError";
  }
}

declare module "@auth/core/types" {
  interface Session {
    accessToken?: string;
    error?: "RefreshTokenError";
  }
}

/**
 * `ExpressAuth` with the callbacks of Auth.js' guide to refreshing, in its JWT variant, and the token in the session as its guide to other back ends says.
 *
 * @see https://authjs.dev/guides/refresh-token-rotation
 * @see https://authjs.dev/guides/integrating-third-party-backends
 */
export const authJs: Peer = { name: "Auth.js", packages: ["@auth/core", "@auth/express"], oneProcess: null, build };

async function build(setting: Setting): Promise<Express> {
  const config = configure(setting);
  const app = express();
  app.use("/auth", ExpressAuth(config));
  app.get("/login", async (request, response) => {
    // As `signIn()` of the adapters that have one.
    const url = new URL("/auth/signin/spotify", setting.origin);
    const answer = await Auth(new Request(url, { method: "POST", headers: cookieOf(request), body: new URLSearchParams() }), { ...config, skipCSRFCheck });
    keepCookies(answer, response);
    response.redirect(answer.headers.get("location") ?? "/");
  });
  tokenRoutes(app, setting, async (request, response) => {
    const session = await getSession(config, setting, request, response);
    // The guide's own example: "Force sign in to obtain a new set of access and refresh tokens".
    if (session?.accessToken === undefined || session.error === "RefreshTokenError") throw new SignInAgain();
    return bearing(session.accessToken);
  });
  return app;
}

/**
 * `getSession` of `@auth/express`, but for one thing: that one drops the cookies of the answer, and with them every rotated token, so that each user would be lost at the first refresh
 * even one request at a time. Here they are sent on.
 */
async function getSession(config: AuthConfig, { origin }: Setting, request: Request, response: ExpressResponse): Promise<Session | null> {
  const answer = await Auth(new Request(new URL("/auth/session", origin), { headers: cookieOf(request) }), config);
  keepCookies(answer, response);
  return (await answer.json()) as Session | null;
}

function cookieOf(request: Request): Record<string, string> {
  return { cookie: request.headers.cookie ?? "" };
}

function keepCookies(answer: Response, response: ExpressResponse): void {
  for (const cookie of answer.headers.getSetCookie()) response.append("Set-Cookie", cookie);
}

function configure({ spotify }: Setting): AuthConfig {
  return {
    basePath: "/auth",
    trustHost: true,
    secret,
    providers: [
      Spotify({
        clientId: client.id,
        clientSecret: client.secret,
        authorization: { url: `${spotify}/authorize`, params: { scope: scopes.join(" ") } },
        token: `${spotify}/api/token`,
        userinfo: `${spotify}/v1/me`,
      }),
    ],
    callbacks: {
      async jwt({ token, account }) {
        if (account) return { ...token, access_token: account.access_token, expires_at: account.expires_at, refresh_token: account.refresh_token };
        if (Date.now() < (token.expires_at ?? 0) * 1000) return token;
        if (token.refresh_token === undefined) throw new TypeError("Missing refresh_token");
        try {
          const response = await fetch(`${spotify}/api/token`, {
            method: "POST",
            body: new URLSearchParams({ client_id: client.id, client_secret: client.secret, grant_type: "refresh_token", refresh_token: token.refresh_token }),
          });
          const tokensOrError = (await response.json()) as { access_token: string; expires_in: number; refresh_token?: string };
          if (!response.ok) throw new Error("The refresh failed.");
          return {
            ...token,
            access_token: tokensOrError.access_token,
            expires_at: Math.floor(Date.now() / 1000 + tokensOrError.expires_in),
            refresh_token: tokensOrError.refresh_token ?? token.refresh_token,
          };
        } catch {
          // As the guide has it, the error stays in the token after a later success: it is meant to end in a new sign-in.
          token.error = "RefreshTokenError";
          return token;
        }
      },
      async session({ session, token }) {
        return Object.assign(session, { error: token.error, accessToken: token.access_token });
      },
    },
  };
}
