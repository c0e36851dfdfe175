import { html, type Html } from "demo-kit/html";
import { layout } from "demo-kit/layout";
import { section } from "demo-kit/pages/section";
import { firstUsers } from "./first-users.js";

/** What a page knows on which one enters the app. */
export interface Entry {
  /** As it was typed. */
  readonly name: string;
  /** The page to go to afterwards. */
  readonly returnTo: string;
  /** What is wrong with what was typed; `null` = nothing was. */
  readonly problem: string | null;
  readonly emulated: boolean;
}

export function signInPage(entry: Entry): string {
  const body = html`
    <h1>Sign in to this app</h1>
    <p class="lead">It has users of its own, with names and passwords. Spotify can be linked to an account, and stays linked when you sign out.</p>
    ${form("/sign-in", "Sign in", "current-password", null, entry)}
    <p>No account yet? <a href="/sign-up${query(entry)}">Sign up</a></p>
    ${entry.emulated ? people() : null}
  `;
  return layout({ title: "Sign in", body, who: null, emulated: entry.emulated });
}

export function signUpPage(entry: Entry): string {
  const body = html`
    <h1>Make an account</h1>
    <p class="lead">It is for this app alone. Afterwards you can link your Spotify account to it.</p>
    ${form("/sign-up", "Sign up", "new-password", "8 characters or more.", entry)}
    <p>You have one already? <a href="/sign-in${query(entry)}">Sign in</a></p>
  `;
  return layout({ title: "Sign up", body, who: null, emulated: entry.emulated });
}

function form(action: string, label: string, autocomplete: string, hint: string | null, entry: Entry): Html {
  const { name, problem } = entry;
  const described = [problem === null ? "" : "problem", hint === null ? "" : "password-hint"].filter((id) => id !== "").join(" ");
  return html`<form class="panel entry" method="post" action="${action}${query(entry)}">
    ${problem === null ? null : html`<p class="notice" data-kind="failure" role="alert" id="problem">${problem}</p>`}
    <div class="field">
      <label for="name">Name</label>
      <input id="name" name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="40" required />
    </div>
    <div class="field">
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="${autocomplete}"
        maxlength="100"
        required
        ${described === "" ? null : html`aria-describedby="${described}"`}
      />
      ${hint === null ? null : html`<span class="hint" id="password-hint">${hint}</span>`}
    </div>
    <div class="actions"><button class="primary">${label}</button></div>
  </form>`;
}

function people(): Html {
  const passwords = firstUsers.map(
    ({ name, password }) =>
      html`<div>
        <dt>${name}</dt>
        <dd><code>${password}</code></dd>
      </div>`,
  );
  return html`<div class="panel entry">
    ${section(
      "Two people to be",
      html`<p>They are invented, and anyone may use them.</p>
        <dl class="facts">${passwords}</dl>`,
    )}
  </div>`;
}

function query({ returnTo }: Entry): string {
  return returnTo === "" ? "" : `?${new URLSearchParams({ returnTo }).toString()}`;
}
