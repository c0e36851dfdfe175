import type { Answer } from "./answer.js";
import type { AuthorizationRequest } from "./authorization-request.js";
import { html, page, type Html } from "./html.js";
import { scopes } from "./scopes.js";
import type { EmulatorUser } from "./users.js";

/** The page that stands for Spotify's login: choose who you are. */
export function chooseUserPage(url: URL, asked: AuthorizationRequest, users: readonly EmulatorUser[]): Answer {
  const body = html`<main>
    <h1>Who are you?</h1>
    <p class="lead">${appName(asked)} wants to connect. Choose one of these invented people.</p>
    <form class="stack" method="post" action="${action(url)}">
      <input type="hidden" name="step" value="sign-in" />
      ${users.map(
        (user, index) =>
          html`<button class="row" name="user" value="${user.id}">
            ${portrait(user, index)}<span>${user.name} <span class="muted small">${user.premium === true ? "Premium" : "Free"}</span></span>
          </button> `,
      )}
    </form>
  </main>`;
  return page(200, { title: `Who are you? - ${appName(asked)}`, body, formTargets: formTargets(asked) });
}

/** The page that stands for Spotify's consent: what the app may do, yes or no. */
export function consentPage(url: URL, asked: AuthorizationRequest, user: EmulatorUser, users: readonly EmulatorUser[]): Answer {
  const body = html`<main>
    <h1>Let ${appName(asked)} use your account?</h1>
    <form class="actions" method="post" action="${action(url)}">
      ${portrait(user, users.indexOf(user))}<span>You are ${user.name}.</span><button class="quiet" name="step" value="switch">Not you?</button>
    </form>
    <form class="panel" method="post" action="${action(url)}">
      <input type="hidden" name="user" value="${user.id}" />
      ${scopeList(asked)}
      <p class="muted">You go back to <code>${originOf(asked.redirectUri)}</code>. The app keeps this right for six months at most.</p>
      <div class="actions">
        <button class="primary" name="step" value="allow">Allow</button>
        <button name="step" value="deny">Deny</button>
      </div>
    </form>
  </main>`;
  return page(200, { title: `Allow ${appName(asked)}?`, body, formTargets: formTargets(asked) });
}

function scopeList(asked: AuthorizationRequest): Html {
  if (asked.scopes.length === 0) return html`<p>It asks for no scope: it sees only what is public anyway.</p>`;
  return html`<fieldset>
      <legend>It may</legend>
      ${asked.scopes.map(
        (scope) =>
          html`<label class="choice"
            ><input type="checkbox" name="scope" value="${scope}" checked /><span>${scopes[scope]} <br /><code class="muted">${scope}</code></span></label
          > `,
      )}
    </fieldset>
    <p class="hint">Spotify grants all or nothing. Here you may clear some, to see what the app does then.</p>`;
}

function portrait(user: EmulatorUser, index: number): Html {
  return html`<span class="cover" data-cover="${index % 6}" aria-hidden="true">${user.name.slice(0, 1)}</span>`;
}

function appName(asked: AuthorizationRequest): string {
  return asked.client.name ?? asked.client.clientId;
}

function action(url: URL): string {
  return `${url.pathname}${url.search}`;
}

/** Browsers hold `form-action` against every redirect that follows, so it must let the app's callback send the user on, to a front end on another port for example. */
function formTargets(asked: AuthorizationRequest): string {
  return [...new Set(["http:", "https:", new URL(asked.redirectUri).protocol])].join(" ");
}

/** For a custom scheme its scheme: such an address has no origin. */
function originOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === "null" ? protocol : origin;
}
