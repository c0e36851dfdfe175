import { startEmulator } from "@refrain/emulator";
import { obey } from "./child.js";

export interface EmulatorOrder {
  /** How long an answer to a refresh takes, in ms. */
  readonly delayMs: number;
}

export interface EmulatorAnswer {
  readonly origin: string;
  /** Of one user's consent. It stays the same with every refresh. */
  readonly refreshToken: string;
}

const redirectUri = "http://127.0.0.1/callback";

obey(async ({ delayMs }: EmulatorOrder): Promise<EmulatorAnswer> => {
  const emulator = await startEmulator();
  const query = new URLSearchParams({
    client_id: "emulator-client",
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "user-read-private",
    state: "bench",
  });
  const callback = await emulator.approve(`${emulator.origin}/authorize?${query}`, { user: "mira" });
  const code = callback.searchParams.get("code") ?? "";
  const response = await fetch(`${emulator.origin}/api/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("emulator-client:emulator-secret")}` },
    body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri }),
  });
  const { refresh_token: refreshToken } = (await response.json()) as { refresh_token?: string };
  if (refreshToken === undefined) throw new Error(`The emulator answered ${response.status} without a refresh token.`);
  if (delayMs > 0) emulator.fault({ on: "token", kind: "delay", ms: delayMs });
  return { origin: emulator.origin, refreshToken };
});
