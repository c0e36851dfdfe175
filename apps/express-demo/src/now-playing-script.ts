/**
 * Runs in the browser: asks every two seconds what plays, through the app, and shows it. An outage is waited out for as long as `Retry-After` says; who is signed out
 * or took the permission back is told, and nothing more is asked. The page is complete without it.
 */
export const nowPlayingScript: string = `"use strict";
const everyMs = 2000;
const find = (id) => document.getElementById(id);
let song = null;

async function look() {
  const waitMs = await ask().catch(() => outage(null));
  if (waitMs !== null) setTimeout(look, waitMs);
}

/** Resolves to how long to wait before the next time, null for no more. */
async function ask() {
  const response = await fetch("/auth/spotify/api/v1/me/player/currently-playing", {
    headers: { "X-Refrain": "1", Accept: "application/json" },
    cache: "no-store",
    signal: AbortSignal.timeout(15000),
  });
  if (response.ok) {
    show(response.status === 204 ? null : await response.json());
    say("info", "It follows what you play. Nothing to reload.");
    return everyMs;
  }
  const code = (await response.json().catch(() => ({}))).code;
  if (code === "not_authenticated") return end("You have signed out, here or in another browser.", "Sign in again");
  if (code === "reauthorization_required") return end("Spotify has ended the consent. You are asked again, and come back here.", "Go on");
  if (code === "missing_scopes") return end("Spotify no longer lets this app see what plays.", "Allow it again");
  return outage(response);
}

function outage(response) {
  const seconds = Number(response?.headers.get("retry-after") ?? 0);
  const slower = response?.status === 429;
  say("warning", slower ? "Spotify asks this app to slow down, trying again soon." : "Spotify cannot be reached, trying again. You are still signed in.");
  return Math.max(everyMs, seconds * 1000 || 0);
}

function end(sentence, label) {
  song = null;
  find("song").hidden = true;
  say("failure", sentence, label);
  return null;
}

function show(state) {
  const item = state?.item ?? null;
  const durationMs = Math.max(1, Number(item?.duration_ms) || 1);
  song = item && { playing: state.is_playing === true, progressMs: Number(state.progress_ms) || 0, durationMs, at: performance.now() };
  find("silence").hidden = item !== null;
  find("song").hidden = item === null;
  if (item === null) return;
  write("title", String(item.name || "Untitled"));
  write("cover", [...String(item.name || " ")][0]);
  write("by", (item.artists ?? [item.show ?? {}]).map(({ name }) => name).filter(Boolean).join(", "));
  find("progress").max = durationMs;
  tick();
}

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
look();
`;
