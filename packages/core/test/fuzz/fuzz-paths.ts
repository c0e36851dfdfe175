import { BASE, ORIGIN, SESSION } from "../routes/world.js";
import { type ApiWorld, apiWorld, OWN } from "../routes/api-world.js";
import { dice } from "../simulation/dice.js";
import { type Asked, hostilePath } from "./hostile-path.js";

/** What many hostile paths have come to. */
export interface Outcome {
  readonly paths: number;
  /** How many reached the Web API: with none, nothing was tried. */
  readonly passed: number;
  readonly failures: readonly { readonly number: number; readonly asked: Asked; readonly what: string }[];
}

/** Calls that one world takes: below the rate limit, which is not what this is about. */
const perWorld = 4_000;

/** Asks for hostile paths below `api/`: what reaches the Web API lies inside a template of the list, and all else is answered without it. */
export async function fuzzPaths(paths: number, seed: number): Promise<Outcome> {
  const failures: Outcome["failures"][number][] = [];
  let passed = 0;
  let here = await openWorld();
  for (let number = 0; number < paths; number += 1) {
    if (number % perWorld === perWorld - 1) here = await openWorld();
    const draw = dice(seed, number);
    const asked = hostilePath(draw);
    here.spotify.apiCalls.length = 0;
    const status = await statusOf(here, asked, draw.chance(0.5));
    const calls = here.spotify.apiCalls;
    passed += calls.length;
    const outside = calls.find(({ url, method }) => !isInside(url, method, asked.method));
    const what =
      outside !== undefined
        ? `reached ${outside.method} ${outside.url.href}`
        : typeof status === "string" || (status === 200) !== (calls.length === 1) || (calls.length === 0 && status !== 404)
          ? `answered ${status} after ${calls.length} calls`
          : null;
    if (what !== null) failures.push({ number, asked, what });
  }
  return { paths, passed, failures };
}

function openWorld(): Promise<ApiWorld> {
  return apiWorld({ api: { allow: [...allowed.keys()], perMinute: 10_000 } });
}

/** As an adapter hands it over, or without the path as it came: then only as the URL was understood. Such a path may lead to a route that is none of this. */
async function statusOf(here: ApiWorld, { method, path }: Asked, asItCame: boolean): Promise<number | string> {
  try {
    if (asItCame) return (await here.ask(path, { method })).status;
    const headers = { ...OWN, cookie: `${SESSION}=${here.user.jar.get(SESSION)}` };
    const url = URL.parse(`${BASE}/api/${path}`);
    if (url === null || url.origin !== ORIGIN || !url.pathname.startsWith("/auth/spotify/api/")) return 404;
    return (await here.routes.handle(new Request(url, { method, headers })))?.status ?? 404;
  } catch (error) {
    return String(error);
  }
}

// Written anew: this must not share a mistake with what it judges.
const allowed = new Map([
  ["GET /v1/me/player", /^\/v1\/me\/player$/],
  ["PUT /v1/playlists/{id}/items", /^\/v1\/playlists\/[0-9A-Za-z]{22}\/items$/],
  ["GET /v1/users/{user_id}/playlists", /^\/v1\/users\/(?!\.\.?\/)(?:[A-Za-z0-9\-_.~!'()*]|%(?!0|1|7F|25|2[EF]|3B|5C|C2%[89])[0-9A-F]{2})+\/playlists$/],
  ["GET /v1/me/top/{type}", /^\/v1\/me\/top\/[A-Za-z-]+$/],
]);

function isInside(url: URL, method: string, askedBy: string): boolean {
  const listed = method === "HEAD" ? "GET" : method;
  return (
    method === askedBy &&
    url.origin === "https://api.spotify.com" &&
    url.username === "" &&
    url.hash === "" &&
    [...allowed].some(([text, path]) => text.startsWith(`${listed} `) && path.test(url.pathname))
  );
}
