import { type NextRequest, NextResponse } from "next/server";
import { outagePage } from "./lib/outage";
import { contentSecurityPolicy } from "./lib/security-headers";
import { emulator, spotify } from "./lib/spotify";

/** Runs before every page: sends those who must sign in to Spotify, answers an outage, and gives the page the nonce of its scripts. */
export async function proxy(request: NextRequest): Promise<Response> {
  const policy = contentSecurityPolicy(crypto.randomUUID(), emulator ?? "https://accounts.spotify.com");
  const goOn = (headers: Headers): Response => {
    // Next reads the nonce from here.
    headers.set("content-security-policy", policy);
    return NextResponse.next({ request: { headers } });
  };
  const answer = await answerTo(request, goOn);
  answer.headers.set("content-security-policy", policy);
  return answer;
}

async function answerTo(request: NextRequest, goOn: (headers: Headers) => Response): Promise<Response> {
  // A visit within the app fetches data, not a document: its error boundary is there to show what failed.
  const outage = opensDocument(request) ? await outagePage(request) : null;
  if (outage !== null) return outage;
  return protectedPages.test(request.nextUrl.pathname) ? spotify.proxy(request, goOn) : goOn(new Headers(request.headers));
}

function opensDocument({ method, headers }: NextRequest): boolean {
  const mode = headers.get("sec-fetch-mode");
  return method === "GET" && (mode === null ? headers.get("accept")?.includes("text/html") === true : mode === "navigate");
}

const protectedPages = /^\/(?:top|playlist)(?:\/|$)/;

export const config = {
  matcher: ["/((?!_next/|auth/|api/|style\\.css$|favicon\\.svg$).*)"],
};
