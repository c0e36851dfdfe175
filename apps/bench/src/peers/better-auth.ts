import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import { genericOAuth } from "better-auth/plugins";
import express, { type Express } from "express";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { client, type Peer, scopes, secret, type Setting } from "./peer.js";
import { bearing, SignInAgain, tokenRoutes } from "./token-routes.js";

/**
 * Its own Spotify provider knows Spotify's addresses only, so the generic one is given the emulator's. `getAccessToken` refreshes by itself.
 *
 * @see https://www.better-auth.com/docs/integrations/express
 * @see https://www.better-auth.com/docs/plugins/generic-oauth
 * @see https://www.better-auth.com/docs/adapters/sqlite
 * @see https://www.better-auth.com/docs/concepts/oauth#get-access-token
 */
export const betterAuthPeer: Peer = { name: "better-auth", packages: ["better-auth"], oneProcess: null, build };

async function build(setting: Setting): Promise<Express> {
  const auth = await configure(setting);
  const app = express();
  app.all("/api/auth/*path", toNodeHandler(auth));
  app.get("/login", async (_request, response) => {
    const answer = await auth.api.signInSocial({ body: { provider: "spotify", callbackURL: "/" }, asResponse: true });
    for (const cookie of answer.headers.getSetCookie()) response.append("Set-Cookie", cookie);
    response.redirect(((await answer.json()) as { readonly url: string }).url);
  });
  // Which account it is does not change: asked once per session, so that a request costs one call.
  const accounts = new Map<string, string>();
  tokenRoutes(app, setting, async (request) => {
    const headers = fromNodeHeaders(request.headers);
    const session = request.headers.cookie ?? "";
    const accountId = accounts.get(session) ?? (await auth.api.listUserAccounts({ headers })).find(({ providerId }) => providerId === "spotify")?.id;
    if (accountId === undefined) throw new SignInAgain();
    accounts.set(session, accountId);
    // It fails with 401 where there is no session, and with one error, 400, whatever was wrong with a refresh.
    const { accessToken } = await auth.api.getAccessToken({ body: { accountId }, headers });
    return bearing(accessToken);
  });
  return app;
}

async function configure({ origin, spotify, folder }: Setting) {
  const database = new DatabaseSync(join(folder, "better-auth.sqlite"), { timeout: 5_000 });
  // Several processes write; by SQLite's own advice, and to its advantage.
  database.exec("PRAGMA journal_mode = WAL");
  const auth = betterAuth({
    database,
    baseURL: origin,
    secret,
    // All users of this bench sign in from one address.
    rateLimit: { enabled: false },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: "spotify",
            clientId: client.id,
            clientSecret: client.secret,
            authorizationUrl: `${spotify}/authorize`,
            tokenUrl: `${spotify}/api/token`,
            userInfoUrl: `${spotify}/v1/me`,
            scopes: [...scopes],
            mapProfileToUser: (profile) => ({ name: String(profile["display_name"]) }),
          },
        ],
      }),
    ],
  });
  await (await getMigrations(auth.options)).runMigrations();
  return auth;
}
