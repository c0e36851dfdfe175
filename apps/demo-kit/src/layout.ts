import { html, type Html } from "./html.js";

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Who is signed in: shown in the header, beside the button to sign out. `null` = nobody. */
  readonly who: string | null;
  /** Where that button leads. @defaultValue `/auth/spotify/logout` */
  readonly signOutAt?: string;
  /** The page stands before a local emulator. */
  readonly emulated: boolean;
  /** Two columns where there is room, and countdowns that tick. @defaultValue false */
  readonly dashboard?: boolean;
  /** The path of this page: the header then leads to the others. @defaultValue it does not */
  readonly here?: string;
  /** The path of a script that only this page has. @defaultValue none */
  readonly script?: string;
}

const places = [
  ["/", "Home"],
  ["/live", "Live"],
  ["/account", "Account"],
] as const;

/** A whole page: complete without JavaScript, nothing from elsewhere. */
export function layout({ title, body, who, signOutAt = "/auth/spotify/logout", emulated, dashboard = false, here, script }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - Refrain demo</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        ${dashboard ? html`<script src="/live.js" defer></script>` : null} ${script === undefined ? null : html`<script src="${script}" defer></script>`}
      </head>
      <body>
        <header>
          ${emulated ? html`<p class="banner">local emulator: no real account</p>` : null}
          <div class="header ${dashboard ? "wide" : ""}">
            <a class="name" href="/">Refrain demo</a>
            ${here === undefined ? null : navigation(here)} ${who === null ? null : signOut(who, signOutAt)}
          </div>
        </header>
        <main class="${dashboard ? "wide" : ""}">${body}</main>
      </body>
    </html> `.markup;
}

function navigation(here: string): Html {
  return html`<nav aria-label="Pages">
    ${places.map(([path, label]) => (path === here ? html`<a href="${path}" aria-current="page">${label}</a> ` : html`<a href="${path}">${label}</a> `))}
  </nav>`;
}

function signOut(who: string, at: string): Html {
  return html`<form class="actions" method="post" action="${at}">
    <span class="who">${who}</span>
    <button>Sign out</button>
  </form>`;
}
