import { createHash, randomBytes } from "node:crypto";
import { afterEach } from "vitest";
import { startEmulator, type Emulator, type EmulatorOptions } from "../src/index.js";

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** An emulator that is closed when the test is over. Its clock stands still until it is moved. */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ now: () => Date.UTC(2026, 10, 22, 12), clients: [secretApp, publicApp], ...options });
  running.push(emulator);
  return emulator;
}

export const redirectUri = "http://127.0.0.1:4321/callback";
export const secretApp = {
  clientId: "secret-app",
  clientSecret: "a:b%+",
  name: "Secret app",
  redirectUris: ["http://127.0.0.1/callback", "https://app.example/callback?from=login"],
};
export const publicApp = { clientId: "public-app", redirectUris: ["http://127.0.0.1/callback"] };

export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function pkce(): Pkce {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** An address at /authorize; `undefined` leaves a parameter out. */
export function authorizeUrl(emulator: Emulator, changes: Readonly<Record<string, string | undefined>> = {}): URL {
  const url = new URL("/authorize", emulator.origin);
  const parameters = {
    client_id: secretApp.clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    state: "state-1",
    scope: "user-read-email",
    ...changes,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export const basic: string = `Basic ${Buffer.from(`${encodeURIComponent(secretApp.clientId)}:${encodeURIComponent(secretApp.clientSecret)}`).toString("base64")}`;

/** Posts a form to the token endpoint, as the app with a secret unless told otherwise; `authorization: null` sends no header. */
export async function postToken(emulator: Emulator, form: Readonly<Record<string, string>>, authorization: string | null = basic): Promise<TokenAnswer> {
  const headers = authorization === null ? {} : { authorization };
  const response = await fetch(`${emulator.origin}/api/token`, { method: "POST", body: new URLSearchParams(form), headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
}

/** A code for the app with a secret. */
export async function obtainCode(emulator: Emulator, user = "mira", changes: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const url = await emulator.approve(authorizeUrl(emulator, changes), { user });
  return url.searchParams.get("code") ?? "";
}

export async function exchange(emulator: Emulator, code: string, changes: Readonly<Record<string, string>> = {}): Promise<TokenAnswer> {
  return await postToken(emulator, { grant_type: "authorization_code", code, redirect_uri: redirectUri, ...changes });
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** The whole login of a user. */
export async function login(emulator: Emulator, user = "mira", scope = "user-read-email"): Promise<Tokens> {
  return tokensOf(await exchange(emulator, await obtainCode(emulator, user, { scope })));
}

export async function refresh(emulator: Emulator, refreshToken: string): Promise<TokenAnswer> {
  return await postToken(emulator, { grant_type: "refresh_token", refresh_token: refreshToken });
}

export function tokensOf({ status, body }: TokenAnswer): Tokens {
  if (status !== 200) throw new Error(`The token endpoint answered ${status} ${String(body["error"])} ${String(body["error_description"])}.`);
  return { access: String(body["access_token"]), refresh: String(body["refresh_token"]) };
}

export async function api(emulator: Emulator, path: string, access: string | null, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (access !== null) headers.set("authorization", `Bearer ${access}`);
  return await fetch(`${emulator.origin}${path}`, { ...init, headers });
}
