/**
 * Runs in the browser: shows what plays as `source` learns it. That calls `show` with each answer of Spotify's, `outage` when none came, and `end` when no more will.
 * The page is complete without it.
 *
 * @param source Script text.
 */
export function playingScript(source: string): string {
  return `"use strict";\n${view}\n${source}`;
}

const view = `const find = (id) => document.getElementById(id);
let song = null;

function show(state) {
  const item = state?.item ?? null;
  const durationMs = Math.max(1, Number(item?.duration_ms) || 1);
  song = item && { playing: state.is_playing === true, progressMs: Number(state.progress_ms) || 0, durationMs, at: performance.now() };
  find("silence").hidden = item !== null;
  find("song").hidden = item === null;
  say("info", "It follows what you play. Nothing to reload.");
  if (item === null) return;
  write("title", String(item.name || "Untitled"));
  write("cover", [...String(item.name || " ")][0]);
  write("by", (item.artists ?? [item.show ?? {}]).map(({ name }) => name).filter(Boolean).join(", "));
  find("progress").max = durationMs;
  tick();
}

/** Waits are the source's affair. */
function outage(slower) {
  say("warning", slower ? "Spotify asks this app to slow down, trying again soon." : "Spotify cannot be reached, trying again. You are still signed in.");
}

/** By the code of the problem; false for what is an outage. */
function end(code) {
  const words = endings[code];
  if (words === undefined) return false;
  song = null;
  find("song").hidden = true;
  say("failure", ...words);
  return true;
}

const endings = {
  not_authenticated: ["You have signed out, here or in another browser.", "Sign in again"],
  reauthorization_required: ["Spotify has ended the consent. You are asked again, and come back here.", "Go on"],
  missing_scopes: ["Spotify no longer lets this app see what plays.", "Allow it again"],
};

/** Between two answers the song goes on. */
function tick() {
  if (song === null) return;
  const progressMs = Math.min(song.durationMs, song.progressMs + (song.playing ? performance.now() - song.at : 0));
  find("progress").value = progressMs;
  write("time", (song.playing ? "" : "paused at ") + clockTime(progressMs) + " of " + clockTime(song.durationMs));
}

function clockTime(ms) {
  const seconds = Math.floor(ms / 1000);
  return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
}

/** What stays as it is must not be read out again. */
function write(id, text) {
  if (find(id).textContent !== text) find(id).textContent = text;
}

function say(kind, sentence, label) {
  const news = find("news");
  if (news.firstElementChild.textContent === sentence) return;
  news.dataset.kind = kind;
  const words = document.createElement("p");
  words.textContent = sentence;
  news.replaceChildren(words);
  if (label === undefined) return;
  const link = document.createElement("a");
  Object.assign(link, { className: "button", href: "/live", textContent: label });
  news.append(link);
}

setInterval(tick, 1000);
`;
