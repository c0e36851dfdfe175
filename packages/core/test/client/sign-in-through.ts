import type { Emulator } from "@refrain/emulator";
import type { SpotifyAuth } from "../../src/index.js";

const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" };
const origin = "http://127.0.0.1:3000";

/** Signs a user in through our own routes and the emulator's pages, as a browser would. Resolves to a Cookie header. */
export async function signInThrough(auth: SpotifyAuth, emulator: Emulator, user: string, query = ""): Promise<string> {
  const login = await auth.handle(new Request(`${origin}/auth/spotify/login${query}`, { headers: navigation }));
  const location = login?.headers.get("location");
  if (login == null || location == null) throw new Error(`login answered ${login?.status}`);
  const callback = await emulator.approve(location, { user });
  const answer = await auth.handle(new Request(callback, { headers: { ...navigation, cookie: cookies(login) } }));
  if (answer?.status !== 303) throw new Error(`callback answered ${answer?.status}: ${await answer?.text()}`);
  return cookies(answer);
}

function cookies(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0] ?? "")
    .filter((pair) => !pair.endsWith("="))
    .join("; ");
}
