import type { GrantHistory } from "./grant-history.js";
import { html, type Html } from "./html.js";
import type { World } from "./world.js";

/** The newest 50 grants as a table. */
export function grantTable(world: World): Html {
  const grants = world.grants.history().toReversed();
  if (grants.length === 0) {
    return html`<div class="empty">
      <p>Nobody has signed in yet. Open your app and log in as one of the people above.</p>
    </div>`;
  }
  return html`<div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">App</th>
            <th scope="col">Scopes</th>
            <th scope="col">Refresh token</th>
            <th scope="col">Ends</th>
          </tr>
        </thead>
        <tbody>
          ${grants.slice(0, 50).map((grant) => row(world, grant))}
        </tbody>
      </table>
    </div>
    ${grants.length > 50 ? html`<p class="muted">And ${grants.length - 50} older ones.</p>` : null}`;
}

function row(world: World, grant: GrantHistory): Html {
  const newest = grant.refreshTokens.at(-1);
  const token =
    newest === undefined
      ? null
      : html`<span
          ><code>${newest.fingerprint}</code>
          <span class="muted small">generation ${newest.generation}${newest.delivery === "lost" ? ", never delivered" : ""}</span></span
        >`;
  return html`<tr>
    <td data-label="User">${world.users.get(grant.user)?.name ?? grant.user}</td>
    <td data-label="App">${world.clients.get(grant.clientId)?.name ?? grant.clientId}</td>
    <td data-label="Scopes"><span class="muted small">${grant.scopes.length === 0 ? "none" : grant.scopes.join(", ")}</span></td>
    <td data-label="Refresh token">${token}</td>
    <td data-label="Ends">${end(grant, world.clock.now())}</td>
  </tr> `;
}

function end(grant: GrantHistory, now: number): Html {
  if (grant.ended !== null) return html`<span><strong>Ended.</strong> <span class="muted small">${grant.ended.why}</span></span>`;
  if (now >= grant.expiresAt) return html`<span><strong>Expired.</strong> <span class="muted small">Six months are over.</span></span>`;
  const days = Math.ceil((grant.expiresAt - now) / 86_400_000);
  const left = grant.expiresAt - now;
  const whole = grant.expiresAt - grant.authorizedAt;
  return html`<span class="countdown"
    ><progress max="${whole}" value="${left}" aria-label="Time left of six months"></progress><span>${days} days</span></span
  >`;
}
