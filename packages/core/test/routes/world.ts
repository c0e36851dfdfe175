import { Client } from "../../src/client/client.js";
import { Session } from "../../src/client/session.js";
import { disconnectGrant } from "../../src/grants/disconnect-grant.js";
import { createEmitter, type SpotifyAuthEvent, type SpotifyAuthEvents } from "../../src/events.js";
import { createEngine } from "../../src/grants/create-engine.js";
import type { Engine } from "../../src/grants/engine.js";
import { loadRefresher } from "../../src/grants/refresher-on-use.js";
import { type Grant, isGrant } from "../../src/machine/grant.js";
import { tokenEndpoint } from "../../src/protocol/token-endpoint.js";
import { createPaths, type Paths } from "../../src/routes/paths.js";
import { createRoutes, type Routes } from "../../src/routes/routes.js";
import { createSealer } from "../../src/seal/sealer.js";
import type { SpotifyAuthOptions } from "../../src/settings/options.js";
import { readSettings } from "../../src/settings/read-options.js";
import type { Settings } from "../../src/settings/settings.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { Store } from "../../src/store/store.js";
import { manualClock, type ManualClock } from "../../src/testing/manual-clock.js";

// Callers wait for 50 ms here, which loading a module takes on a busy machine.
await loadRefresher();

export const ORIGIN = "https://app.example";
export const BASE = `${ORIGIN}/auth/spotify`;
export const SESSION = "__Host-refrain";
export const SIGN_INS = "__Host-refrain-tx";

export const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none", accept: "text/html,*/*;q=0.8" };
export const FORM = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "same-origin", origin: ORIGIN };
export const SCRIPT = { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", "sec-fetch-site": "same-origin", origin: ORIGIN, accept: "application/json" };

/** What a page says, without its stylesheet. */
export async function said(response: Response): Promise<string> {
  return (await response.clone().text()).replace(/<style>.*<\/style>/s, "");
}

/** How long something takes at its fastest of five: a busy machine makes single runs slow, a quadratic parser makes all of them slow. */
export async function fastestMs(run: () => unknown): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < 5; round++) {
    const began = performance.now();
    await run();
    took.push(performance.now() - began);
  }
  return Math.min(...took);
}

/** A Spotify that agrees to everything, until told otherwise. */
interface FakeSpotify {
  readonly tokenCalls: URLSearchParams[];
  readonly meCalls: Headers[];
  readonly apiCalls: ApiCall[];
  /** Each secret it has given out. */
  readonly secrets: string[];
  account: { id?: unknown; account_id?: unknown; [field: string]: unknown };
  token: (answer: Record<string, unknown>, form: URLSearchParams) => Response | Promise<Response>;
  me: () => Response | Promise<Response>;
  /** The rest of the Web API. */
  api: (call: ApiCall) => Response | Promise<Response>;
}

export interface ApiCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly init: RequestInit;
}

export interface World {
  readonly clock: ManualClock;
  readonly settings: Settings;
  readonly engine: Engine;
  readonly routes: Routes;
  readonly paths: Paths;
  readonly spotify: FakeSpotify;
  readonly events: { readonly event: SpotifyAuthEvent; readonly detail: object }[];
  /** Everything that left the library, for canaries. */
  readonly answers: { readonly status: number; readonly headers: readonly [string, string][]; readonly body: string }[];
  store: "up" | "down";
  browser(): Browser;
  grantOf(user: string): Promise<Grant | null>;
}

export interface Browser {
  readonly jar: Map<string, string>;
  /** Whom the app itself has signed in; `null` = nobody. @defaultValue `undefined`: Spotify is the login */
  appUser: string | null | undefined;
  request(method: string, url: string, headers?: Record<string, string>, call?: { mountedAt?: string }): Promise<Response>;
  /** A top-level navigation. */
  visit(url: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends a form of the app's own page. */
  submit(url: string, headers?: Record<string, string>): Promise<Response>;
  /** Begins a sign-in and says what Spotify would send back. */
  begin(query?: string): Promise<{ state: string; url: URL; response: Response; answer: string }>;
  signIn(query?: string): Promise<Response>;
}

export const SECRET = "q6NcTzvVhzJw0Zp3bXwHkR8sLmYd5uEfGa1oI9tQx2U";
export const CLIENT_SECRET = "canary-client-secret-7Hq2";

const names = [
  "signedIn",
  "signInRefused",
  "loginFailed",
  "signedOut",
  "forgeryBlocked",
  "proxyDenied",
  "misconfigured",
  "storeFailed",
  "unreadableRecord",
  "refreshed",
  "refreshFailed",
  "reauthorizationRequired",
  "tokensNotStored",
] as const satisfies readonly (keyof SpotifyAuthEvents)[];

export function world(options: SpotifyAuthOptions = {}): World {
  const clock = manualClock({ flows: true });
  const spotify = fakeSpotify();
  const memory = options.store ?? memoryStore({ clock });
  const down = (): boolean => made.store === "down";
  const store: Store = {
    get: async (key) => (down() ? refuse() : memory.get(key)),
    swap: async (...swap) => (down() ? refuse() : memory.swap(...swap)),
  };
  const settings = readSettings(
    {
      clientId: "client-1",
      clientSecret: CLIENT_SECRET,
      redirectUri: `${BASE}/callback`,
      secret: SECRET,
      clock,
      fetch: fetchFrom(spotify),
      random: () => 0.5,
      waitMs: 50,
      storeDeadlineMs: 50,
      ...options,
      store,
    },
    () => undefined,
  );
  const { clientId, clientSecret, issuer, fetch } = settings;
  const emitter = createEmitter();
  const sealer = createSealer(settings.secrets);
  const endpoint = tokenEndpoint({ clientId, clientSecret, issuer, fetch, now: () => clock.now() });
  const engine = createEngine({ settings, sealer, tokenEndpoint: endpoint, emitter, reauthorizeUrl: `${BASE}/login` });
  const paths = createPaths(settings);
  const routes = createRoutes(
    {
      settings,
      engine,
      sealer,
      tokenEndpoint: endpoint,
      emitter,
      disconnect: (key) => disconnectGrant({ settings, engine, emitter, revoke: null }, key),
      sessionOf: (authenticated) => new Session({ engine, settings, loginUrl: () => `${BASE}/login` }, authenticated),
      clientOf: (key) => new Client({ engine, settings, loginUrl: () => `${BASE}/login` }, { key, sessionId: null }),
    },
    paths,
  );
  const events: World["events"] = [];
  for (const event of names) emitter.on(event, (detail) => void events.push({ event, detail }));
  const answers: World["answers"] = [];

  const made: World = {
    clock,
    settings,
    engine,
    routes,
    paths,
    spotify,
    events,
    answers,
    store: "up",
    browser: () => browser(made),
    async grantOf(user) {
      const record = await engine.read(await engine.keyOf(user));
      return isGrant(record) ? record : null;
    },
  };
  return made;
}

function refuse(): never {
  throw new Error("the store is down");
}

function browser({ routes, settings, engine, answers }: World): Browser {
  const jar = new Map<string, string>();
  const { origin } = settings.redirectUri;
  const self: Browser = {
    jar,
    appUser: undefined,
    async request(method, url, headers = {}, call = {}) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const request = new Request(new URL(url, origin), { method, headers: cookie === "" ? headers : { cookie, ...headers } });
      const { appUser } = self;
      const subjectKey = typeof appUser === "string" ? await engine.keyOf(appUser) : appUser;
      const response = await routes.handle(request, { subjectKey, subject: appUser, ...call });
      if (response === null) throw new Error(`${url} is no route`);
      for (const line of response.headers.getSetCookie()) keep(jar, line);
      answers.push({ status: response.status, headers: [...response.headers], body: await response.clone().text() });
      return response;
    },
    visit: (url, headers = {}) => self.request("GET", url, { ...NAVIGATION, ...headers }),
    submit: (url, headers = {}) => self.request("POST", url, { ...FORM, ...headers }),
    async begin(query = "") {
      const response = await self.visit(`/auth/spotify/login${query}`);
      const url = new URL(response.headers.get("location") ?? "about:blank");
      const state = url.searchParams.get("state") ?? "";
      return { state, url, response, answer: `/auth/spotify/callback?code=AQ-code-${state}&state=${state}` };
    },
    async signIn(query) {
      const { answer } = await self.begin(query);
      return self.visit(answer);
    },
  };
  return self;
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split("; ");
  const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
  if (attributes.includes("Max-Age=0")) jar.delete(name);
  else jar.set(name, value);
}

function fakeSpotify(): FakeSpotify {
  return {
    tokenCalls: [],
    meCalls: [],
    apiCalls: [],
    secrets: [],
    account: { id: "ada", account_id: "account-ada" },
    token: (answer) => Response.json(answer),
    me() {
      return Response.json(this.account);
    },
    api: () => Response.json({ ok: true }),
  };
}

function fetchFrom(spotify: FakeSpotify): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { pathname } = url;
    if (pathname === "/v1/me") {
      spotify.meCalls.push(new Headers(init?.headers));
      return spotify.me();
    }
    if (pathname !== "/api/token") {
      const call = { url, method: init?.method ?? "GET", headers: new Headers(init?.headers), init: init ?? {} };
      spotify.apiCalls.push(call);
      return spotify.api(call);
    }
    const form = new URLSearchParams(init?.body as URLSearchParams);
    spotify.tokenCalls.push(form);
    const count = spotify.tokenCalls.length;
    const [access, refresh] = [`BQ-canary-access-${count}-Zk3vTq`, `AQ-canary-refresh-${count}-Wm8xRp`];
    spotify.secrets.push(access, refresh, form.get("code") ?? "", form.get("code_verifier") ?? "");
    return spotify.token({ access_token: access, token_type: "Bearer", expires_in: 3600, refresh_token: refresh }, form);
  };
}
