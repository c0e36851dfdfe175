import { redirect, text } from "./answer.js";
import { readAuthorizationRequest, type AuthorizationRequest } from "./authorization-request.js";
import type { CodeTerms } from "./codes.js";
import { chooseUserPage, consentPage } from "./consent-page.js";
import { comesFromOwnPages } from "./own-pages-only.js";
import { withParameters } from "./redirect-uri.js";
import type { ReceivedRequest, Reply } from "./reply.js";
import type { Scope } from "./scopes.js";
import type { EmulatorUser } from "./users.js";
import type { World } from "./world.js";

/** `GET /authorize` shows the pages or bounces a returning user straight back; `POST /authorize` takes what was clicked on them. */
export function answerAuthorization(world: World, request: ReceivedRequest): Reply {
  if (request.method !== "GET" && request.method !== "POST")
    return { answer: text(405, "Method Not Allowed", { allow: "GET, POST" }), what: "method", why: "Only GET and POST are served." };
  const asked = readAuthorizationRequest(request.url.searchParams, world.clients);
  if ("refused" in asked) return { answer: text(400, asked.refused), what: "refused", why: `The user sees a text page: ${asked.refused}.` };
  if (request.method === "POST") return answerClick(world, request, asked);
  const { autoConsent } = world.options;
  if (autoConsent !== undefined) {
    return mayBounce(world, asked, autoConsent)
      ? bounce(world, asked, autoConsent)
      : approve(world, asked, autoConsent, asked.scopes, 302, "The emulator is set to approve at once.");
  }
  const user = signedInUser(world, request);
  if (user === null)
    return {
      answer: chooseUserPage(request.url, asked, [...world.users.values()]),
      what: "sign-in-page",
      why: "Nobody is signed in, so the page asks who it is.",
    };
  if (mayBounce(world, asked, user.id)) return bounce(world, asked, user.id);
  return { answer: consentPage(request.url, asked, user, [...world.users.values()]), what: "consent-page", why: "The user is asked." };
}

/** Who an authorization request seems to be made by, for faults and the log. */
export function authorizingUser(world: World, request: ReceivedRequest): string | undefined {
  const clicked = request.method === "POST" ? new URLSearchParams(request.body).get("user") : null;
  const user = clicked ?? world.options.autoConsent ?? signedInUser(world, request)?.id;
  return user !== undefined && world.users.has(user) ? user : undefined;
}

function answerClick(world: World, request: ReceivedRequest, asked: AuthorizationRequest): Reply {
  if (!comesFromOwnPages(request, world.origin))
    return { answer: text(403, "Forbidden"), what: "cross-site", why: "The form was not sent by the emulator's own page." };
  const form = new URLSearchParams(request.body);
  const name = form.get("user");
  const user = world.users.get(name ?? "");
  if (name !== null && user === undefined)
    return { answer: text(400, "There is no such user."), what: "bad-form", why: "The form names a user who does not exist." };
  const here = `${request.url.pathname}${request.url.search}`;
  switch (form.get("step") ?? "") {
    case "switch":
      return {
        answer: redirect(303, here, { "set-cookie": sessionCookie(world, "", 0) }),
        what: "signed-out",
        why: "The browser is signed out, to choose another user.",
      };
    case "sign-in":
      if (user === undefined) break;
      return {
        answer: redirect(303, here, { "set-cookie": sessionCookie(world, world.consents.signIn(user.id), 86_400) }),
        what: "signed-in",
        why: "The browser is signed in.",
      };
    case "deny":
      return {
        answer: redirect(303, withParameters(asked.redirectUri, { error: "access_denied", state: asked.state })),
        what: "denied",
        why: "The user declined.",
      };
    case "allow": {
      if (user === undefined) break;
      const granted = asked.scopes.filter((scope) => form.getAll("scope").includes(scope));
      return approve(world, asked, user.id, granted, 303, "The user approved.");
    }
  }
  return { answer: text(400, "The form is incomplete."), what: "bad-form", why: "The form names no step or no user." };
}

function mayBounce(world: World, asked: AuthorizationRequest, user: string): boolean {
  return !asked.showDialog && world.consents.covers(asked.client.clientId, user, asked.scopes);
}

/** Sends a user who had approved before straight back, without a click. */
function bounce(world: World, asked: AuthorizationRequest, user: string): Reply {
  const { clientId } = asked.client;
  const keeps = world.options.consentRenewal === "keeps" ? world.grants.findLiving(clientId, user, asked.scopes) : null;
  const answer = redirect(302, withCode(world, asked, { user, scopes: keeps?.scopes ?? asked.scopes, keeps, silent: true }));
  return { answer, what: "bounced", why: "The user had approved before and show_dialog is not set." };
}

function approve(world: World, asked: AuthorizationRequest, user: string, granted: readonly Scope[], status: 302 | 303, why: string): Reply {
  world.consents.approve(asked.client.clientId, user, granted);
  return { answer: redirect(status, withCode(world, asked, { user, scopes: granted, keeps: null, silent: false })), what: "approved", why };
}

/** The app's callback with a fresh code. */
function withCode(world: World, asked: AuthorizationRequest, approval: Pick<CodeTerms, "user" | "scopes" | "keeps" | "silent">): string {
  const { client, redirectUri, challenge, scopes, state } = asked;
  const code = world.codes.issue({ ...approval, clientId: client.clientId, asked: scopes, authorizedAt: world.clock.now(), redirectUri, challenge });
  return withParameters(redirectUri, { code, state });
}

function signedInUser(world: World, request: ReceivedRequest): EmulatorUser | null {
  const prefix = `${cookieName(world)}=`;
  const cookie = (request.headers.cookie ?? "").split("; ").find((pair) => pair.startsWith(prefix));
  const user = cookie === undefined ? null : world.consents.userOf(cookie.slice(prefix.length));
  return user === null ? null : (world.users.get(user) ?? null);
}

function sessionCookie(world: World, value: string, maxAge: number): string {
  return `${cookieName(world)}=${value}; Path=/authorize; HttpOnly; SameSite=Lax; Max-Age=${maxAge}`;
}

/** Cookies of 127.0.0.1 are shared over all ports, so the port is in the name. */
function cookieName(world: World): string {
  return `emulator-${new URL(world.origin).port}`;
}
