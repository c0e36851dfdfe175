import type { Answer } from "./answer.js";
import { faultPresets } from "./fault-presets.js";
import type { ArmedFault, Fault } from "./faults.js";
import { html, page, type Html } from "./html.js";
import { grantTable } from "./live-grants.js";
import { peopleTable } from "./live-people.js";
import { withdrawForm } from "./live-scopes.js";
import { trail } from "./live-trail.js";
import type { RefreshBehaviour } from "./refresh-behaviours.js";
import type { World } from "./world.js";

/** The page at `/`: what the emulator knows, what it does, and everything that can be done to it. */
export function livePage(world: World): Answer {
  const body = html`<header class="header wide">
      <a class="name" href="/">Refrain emulator</a><span class="who"><code>${world.origin}</code></span>
    </header>
    <main class="wide">
      <h1>A local Spotify to test against</h1>
      <p class="visually-hidden" id="announcement" role="status"></p>
      <div class="grid">
        <section class="panel" aria-labelledby="clock-title">
          <h2 id="clock-title">Clock</h2>
          ${clock(world)}
        </section>
        <section class="panel" aria-labelledby="behaviour-title">
          <h2 id="behaviour-title">Refresh tokens</h2>
          ${behaviour(world)}
        </section>
        <section class="panel full" aria-labelledby="people-title">
          <h2 id="people-title">People</h2>
          <div id="people" data-live>${peopleTable(world)}</div>
          ${withdrawForm(world)}
        </section>
        <section class="panel full" aria-labelledby="grants-title">
          <h2 id="grants-title">Grants</h2>
          <div id="grants" data-live>${grantTable(world)}</div>
        </section>
        <section class="panel full" aria-labelledby="faults-title">
          <h2 id="faults-title">Faults</h2>
          <div id="armed" data-live>${armed(world.faults.list())}</div>
          ${faultButtons(world)}
        </section>
        <section class="panel full" aria-labelledby="trail-title">
          <h2 id="trail-title">Requests</h2>
          <div id="trail" data-live>${trail(world.log.entries)}</div>
        </section>
      </div>
      <form method="post" action="/_emulator/reset"><button class="danger">Forget everything and start again</button></form>
    </main>`;
  return page(200, { title: "Refrain emulator", body, live: true });
}

function clock(world: World): Html {
  return html`<dl class="facts" id="clock" data-live>
      <div>
        <dt>Now</dt>
        <dd><time>${instant(world.clock.now())}</time></dd>
      </div>
      <div>
        <dt>Ahead by</dt>
        <dd class="number">${duration(world.clock.offset())}</dd>
      </div>
    </dl>
    <form class="actions" method="post" action="/_emulator/clock">
      <button name="advanceMs" value="60000">+ 1 minute</button>
      <button name="advanceMs" value="3600000">+ 1 hour</button>
      <button name="advanceMs" value="86400000">+ 1 day</button>
      <button name="sixMonths" value="yes">+ 6 months</button>
    </form>`;
}

const behaviours: Readonly<Record<RefreshBehaviour, string>> = {
  "non-rotating": "They stay valid. Today's Spotify.",
  strict: "Each refresh brings a new one, the old one is refused.",
  family: "A spent one that comes back revokes everything.",
  grace: "The previous one works for a while.",
  "latest-wins": "A replay brings another and kills the last.",
};

function behaviour(world: World): Html {
  const choices = Object.entries(behaviours).map(
    ([kind, sentence]) =>
      html`<label class="choice"
        ><input type="radio" name="kind" value="${kind}" ${kind === world.behaviour ? checked : null} /><span
          ><strong>${kind}</strong> <span class="muted">${sentence}</span></span
        ></label
      > `,
  );
  return html`<form class="stack" method="post" action="/_emulator/behaviour">
    <fieldset>
      <legend class="visually-hidden">What happens to a refresh token</legend>
      ${choices}
    </fieldset>
    <p><button>Use it from now on</button></p>
  </form>`;
}

const checked: Html = html` checked`;

function armed(faults: readonly ArmedFault[]): Html {
  if (faults.length === 0) return html`<p class="muted">Nothing goes wrong at the moment.</p>`;
  return html`<form class="stack" method="post" action="/_emulator/disarm">
    ${faults.map(
      ({ id, fault, remaining }) =>
        html`<div class="notice" data-kind="warning">
          <p>
            <strong>In force:</strong> ${fault.kind} on ${fault.on}${fault.user === undefined ? null : html` for ${fault.user}`},
            ${remaining === 0 ? "a request hangs on it" : Number.isFinite(remaining) ? `${remaining} more` : "until disarmed"}
          </p>
          <button name="id" value="${id}">Disarm</button>
        </div> `,
    )}
  </form>`;
}

const groups: readonly (readonly [Fault["on"], string])[] = [
  ["token", "Token endpoint"],
  ["revoke", "Revocation"],
  ["api", "Web API"],
  ["authorize", "Login"],
];

function faultButtons(world: World): Html {
  const offered = groups.filter(([on]) => on !== "revoke" || world.options.revocation);
  const users = [...world.users.values()].map(({ id, name }) => html`<option value="${id}">${name}</option>`);
  return html`<form class="stack" method="post" action="/_emulator/faults">
    <div class="actions">
      <p class="field">
        <label for="times">How often</label
        ><select id="times" name="times">
          <option value="once">once</option>
          <option value="">until disarmed</option>
        </select>
      </p>
      <p class="field">
        <label for="fault-user">Whose requests</label
        ><select id="fault-user" name="user">
          <option value="">everybody's</option>
          ${users}
        </select>
      </p>
    </div>
    ${offered.map(
      ([on, title]) =>
        html`<h3>${title}</h3>
          <div class="actions">
            ${faultPresets.filter(({ fault }) => fault.on === on).map(({ id, label }) => html`<button name="preset" value="${id}">${label}</button> `)}
          </div> `,
    )}
  </form>`;
}

function instant(at: number): string {
  return new Date(at).toISOString().replace("T", " ").slice(0, 19);
}

function duration(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const minutes = Math.floor((ms % 86_400_000) / 60_000);
  return `${days} d ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
