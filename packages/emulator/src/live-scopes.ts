import { html, type Html } from "./html.js";
import { scopes } from "./scopes.js";
import type { World } from "./world.js";

/** The form by which a person takes a scope back. */
export function withdrawForm(world: World): Html {
  return html`<form class="actions" method="post" action="/_emulator/withdraw-scopes">
    <p class="field">
      <label for="withdraw-user">Who</label
      ><select id="withdraw-user" name="user">
        ${[...world.users.values()].map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
      </select>
    </p>
    <p class="field">
      <label for="withdraw-scope">Takes back</label
      ><select id="withdraw-scope" name="scope">
        ${Object.keys(scopes).map((scope) => html`<option>${scope}</option>`)}
      </select>
    </p>
    <button>From all apps</button>
  </form>`;
}
