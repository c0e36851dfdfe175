import type { Emulator } from "@refrain/emulator";
import express, { type Express, type Request } from "express";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { client } from "./peer.js";

/** The emulator as an OpenID provider, which Spotify is not: what it lacks for that is added, everything else is handed through. */
export interface OpenidFront {
  readonly origin: string;
  close(): void;
}

export async function startOpenidFront(emulator: Emulator): Promise<OpenidFront> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const nonces = new Map<string, string>();
  const app = express();
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => void server.once("listening", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  describe(app, origin);
  app.get("/jwks", async (_request, response) => void response.json({ keys: [{ ...(await exportJWK(publicKey)), alg: "RS256", use: "sig" }] }));
  app.get("/authorize", (request, response) => {
    const url = new URL(request.originalUrl, emulator.origin);
    nonces.set(url.searchParams.get("code_challenge") ?? "", url.searchParams.get("nonce") ?? "");
    url.searchParams.set("scope", (url.searchParams.get("scope") ?? "").replace("openid ", ""));
    response.redirect(url.href);
  });
  app.post("/token", express.urlencoded(), async (request, response) => {
    // Whoever gets no answer gives none.
    const answer = await tokenAnswer(emulator, request).catch(() => null);
    if (answer === null) return void request.socket.destroy();
    const verifier = (request.body as Record<string, string>)["code_verifier"];
    if (answer.status !== 200 || verifier === undefined) return void response.status(answer.status).type(answer.type).send(answer.body);
    const nonce = nonces.get(createHash("sha256").update(verifier).digest("base64url")) ?? "";
    const idToken = new SignJWT({ nonce }).setProtectedHeader({ alg: "RS256" }).setIssuer(origin).setAudience(client.id).setSubject("somebody");
    const now = Math.floor(emulator.now() / 1000);
    const signed = await idToken
      .setIssuedAt(now)
      .setExpirationTime(now + 36_000)
      .sign(privateKey);
    response.json({ ...(JSON.parse(answer.body) as object), id_token: signed });
  });
  return {
    origin,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function describe(app: Express, origin: string): void {
  app.get("/.well-known/openid-configuration", (_request, response) => {
    response.json({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/jwks`,
      response_types_supported: ["code"],
      response_modes_supported: ["query"],
      id_token_signing_alg_values_supported: ["RS256"],
      subject_types_supported: ["public"],
      code_challenge_methods_supported: ["S256"],
    });
  });
}

async function tokenAnswer(emulator: Emulator, request: Request): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  const { authorization } = request.headers;
  const response = await fetch(`${emulator.origin}/api/token`, {
    method: "POST",
    headers: authorization === undefined ? {} : { authorization },
    body: new URLSearchParams(request.body as Record<string, string>),
  });
  return { status: response.status, type: response.headers.get("content-type") ?? "text/plain", body: await response.text() };
}
