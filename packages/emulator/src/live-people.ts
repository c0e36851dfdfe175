import { html, type Html } from "./html.js";
import type { EmulatorUser } from "./users.js";
import type { World } from "./world.js";

/** The invented people as a table, with what they can do to their accounts. */
export function peopleTable(world: World): Html {
  const living = new Map<string, number>();
  for (const { user, ended, expiresAt } of world.grants.history()) {
    if (ended === null && world.clock.now() < expiresAt) living.set(user, (living.get(user) ?? 0) + 1);
  }
  return html`<form class="table" method="post" action="/_emulator/revoke">
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">User id</th>
          <th scope="col">Plan</th>
          <th scope="col">Living grants</th>
          <th scope="col">May</th>
        </tr>
      </thead>
      <tbody>
        ${[...world.users.values()].map((user) => row(user, living.get(user.id) ?? 0))}
      </tbody>
    </table>
  </form>`;
}

function row(user: EmulatorUser, living: number): Html {
  return html`<tr>
    <td data-label="Name">${user.name}</td>
    <td data-label="User id"><code>${user.id}</code></td>
    <td data-label="Plan">${user.premium === true ? "Premium" : "Free"}</td>
    <td data-label="Living grants">${living}</td>
    <td data-label="May">
      <span class="actions">
        <button name="user" value="${user.id}" aria-label="Remove apps of ${user.name}">Remove apps</button>
        <button formaction="/_emulator/reset-password" name="user" value="${user.id}" aria-label="New password for ${user.name}">New password</button>
      </span>
    </td>
  </tr> `;
}
