import { isWatching } from "./events.js";
import { html, type Html } from "./html.js";
import type { LogEntry } from "./log.js";

/** The newest 50 requests as a trail. */
export function trail(entries: readonly LogEntry[]): Html {
  const shown = entries
    .slice(-500)
    .filter((entry) => !isWatching(entry))
    .slice(-50)
    .toReversed();
  if (shown.length === 0) return html`<div class="empty"><p>No request has come in yet. Point your app at the address above.</p></div>`;
  return html`<ol class="trail">
    ${shown.map(item)}
  </ol>`;
}

function item(entry: LogEntry): Html {
  const took = entry.durationMs === null ? "open" : `${entry.durationMs} ms`;
  return html`<li>
    <details id="request-${entry.id}">
      <summary>
        <time>${new Date(entry.at).toISOString().slice(11, 19)}</time><span class="what">${entry.what}</span><span class="why">${who(entry)}${entry.why}</span
        ><span class="took">${took}</span>
      </summary>
      <dl class="facts">
        ${facts(entry).map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd><code>${value}</code></dd>
            </div> `,
        )}
      </dl>
    </details>
  </li> `;
}

function who(entry: LogEntry): string {
  return entry.user === undefined ? "" : `${entry.user}: `;
}

function facts(entry: LogEntry): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string | number | null | undefined])[] = [
    ["Request", `${entry.method} ${entry.path}`],
    ["Status", entry.status],
    ["App", entry.clientId],
    ["Program", entry.userAgent],
    ["Grant", entry.grant],
    ["Grant type", entry.grantType],
    ["Refresh token sent", entry.refreshToken],
    ["Generation", entry.generation],
    ["Access token sent", entry.accessToken],
    ["Access token issued", entry.issued?.accessToken],
    ["Refresh token issued", entry.issued?.refreshToken],
    ["Fault", entry.fault],
    ["Answer", entry.delivery],
  ];
  return rows.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)] as const]));
}
