import { html, type Html } from "../html.js";

interface Permission {
  readonly scope: string;
  readonly lets: string;
  /** Where it is needed. */
  readonly page: string;
  readonly name: string;
}

/** What the pages of this demo need. */
const permissions: readonly Permission[] = [
  { scope: "user-read-currently-playing", lets: "See what is playing now", page: "/live", name: "Live" },
  { scope: "user-top-read", lets: "See your top tracks", page: "/", name: "Home" },
  { scope: "user-read-recently-played", lets: "See what you played recently", page: "/recent", name: "Recently played" },
];

/** Which permissions the user has given, what each is for, and the way to give those that are missing. */
export function permissionList(granted: readonly string[]): Html {
  return html`<ul class="permissions">
    ${permissions.map(
      ({ scope, lets, page, name }) =>
        html`<li>
          <p><strong>${lets}</strong>, for <a href="${page}">${name}</a><br /><code class="muted">${scope}</code></p>
          ${granted.includes(scope) ? html`<p>Allowed</p>` : html`<a class="button" href="${asking(scope, page)}">Allow<span class="visually-hidden"> for ${name}</span></a>`}
        </li>`,
    )}
  </ul>`;
}

/** The page would ask for itself. Asking here spares the user a page that is empty at first. */
function asking(scope: string, returnTo: string): string {
  return `/auth/spotify/login?${new URLSearchParams({ scope, returnTo }).toString()}`;
}
