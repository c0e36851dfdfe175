import type { SessionInfo } from "@refrain/core";
import { html, type Html } from "../html.js";
import { moment } from "./moment.js";

/** The browsers in which the user is signed in, each with a button that ends it; this one is signed out in the header. */
export function sessionTable(sessions: readonly SessionInfo[], current: string | null): Html {
  const [own, others] = [sessions.filter(({ id }) => id === current), sessions.filter(({ id }) => id !== current)];
  return html`<div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Browser</th>
            <th scope="col">Signed in</th>
            <th scope="col">Last seen</th>
            <th scope="col">Ends</th>
            <th scope="col"><span class="visually-hidden">End it</span></th>
          </tr>
        </thead>
        <tbody>
          ${own.map((session) => row(session, true))} ${others.map((session) => row(session, false))}
        </tbody>
      </table>
    </div>
    ${others.length === 0 ? html`<p class="muted">You are signed in nowhere else.</p>` : endOthers}`;
}

function row({ id, createdAt, seenAt, expiresAt }: SessionInfo, current: boolean): Html {
  return html`<tr>
    <td data-label="Browser">${current ? html`<strong>This browser</strong>` : html`<span>Another, <code>${id.slice(0, 6)}</code></span>`}</td>
    <td data-label="Signed in">${moment(createdAt)}</td>
    <td data-label="Last seen">${moment(seenAt)}</td>
    <td data-label="Ends">${moment(expiresAt)}</td>
    <td data-label="">${current ? null : end(id)}</td>
  </tr>`;
}

function end(id: string): Html {
  return html`<form method="post" action="/account/sessions/${id}/end">
    <button>End<span class="visually-hidden"> the session ${id.slice(0, 6)}</span></button>
  </form>`;
}

const endOthers = html`<form method="post" action="/account/sessions/end-others"><button>Sign out everywhere else</button></form>`;
