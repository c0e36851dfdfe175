import type { LogEntry } from "@refrain/emulator";
import { html, type Html } from "demo-kit/html";
import { layout } from "demo-kit/layout";
import { section } from "demo-kit/pages/section";
import type { Target } from "./round-robin.js";

export interface Processes {
  readonly running: readonly Target[];
  /** What the local Spotify saw. */
  readonly log: readonly LogEntry[];
  /** In words. */
  readonly store: string;
}

const shown = 20;

/** Which process refreshed for whom, by what the local Spotify saw. */
export function processesPage({ running, log, store }: Processes): string {
  const refreshes = log.filter(({ grantType }) => grantType === "refresh_token").toReversed();
  const body = html`
    <h1>Processes</h1>
    <div class="grid">
      <div class="panel">${section("Running", processes(running, refreshes, store))}</div>
      <div class="panel">${section("Try it", tryIt)}</div>
      <div class="panel full table">${section("Refreshes", refreshed(refreshes))}</div>
    </div>
  `;
  return layout({ title: "Processes", body, who: null, emulated: true, dashboard: true });
}

function processes(running: readonly Target[], refreshes: readonly LogEntry[], store: string): Html {
  const refreshesOf = (number: number): number => refreshes.filter(({ userAgent }) => userAgent === `process ${number}`).length;
  return html`<p>They share nothing but ${store}. Requests go to them in turn.</p>
    <dl class="facts">
      ${running.map(
        ({ number, requests }) =>
          html`<div>
            <dt>Process ${number}</dt>
            <dd>requests: ${requests}, refreshes: ${refreshesOf(number)}</dd>
          </div>`,
      )}
    </dl>`;
}

const tryIt = html`<p>
    Sign in on the first page, let the token expire here, and open the first page in several tabs at once: one process refreshes, for all of them.
  </p>
  <form method="post" action="/processes/expire"><button>Let all tokens expire</button></form>
  <p><a href="/processes">Look again</a>, or go to the <a href="/">first page</a>.</p>`;

function refreshed(refreshes: readonly LogEntry[]): Html {
  if (refreshes.length === 0) return html`<p class="empty">Nothing was refreshed yet. Let the token expire, and open the first page.</p>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">Who asked</th>
        <th scope="col">For whom</th>
        <th scope="col">What came of it</th>
      </tr>
    </thead>
    <tbody>
      ${refreshes.slice(0, shown).map(
        ({ at, userAgent = "unknown", user = "nobody", what }) =>
          html`<tr>
            <td><time datetime="${new Date(at).toISOString()}">${new Date(at).toLocaleTimeString("en-GB")}</time></td>
            <td>${userAgent}</td>
            <td>${user}</td>
            <td>${what}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
