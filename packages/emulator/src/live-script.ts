/** Keeps the live page fresh: on news it fetches the page again and takes over the parts that change. Without it the page is complete, but still. */
export const liveScript: string = `"use strict";
const announcement = document.getElementById("announcement");
let fetching = false;
let again = false;

async function refresh() {
  if (fetching) { again = true; return; }
  fetching = true;
  try {
    const response = await fetch("/");
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (next === null || part.contains(document.activeElement)) continue;
      for (const open of part.querySelectorAll("details[open]")) next.querySelector("#" + open.id)?.setAttribute("open", "");
      part.replaceChildren(...next.childNodes);
    }
  } finally {
    setTimeout(() => { fetching = false; if (again) { again = false; refresh(); } }, 250);
  }
}

const events = new EventSource("/_emulator/events");
events.addEventListener("request", ({ data }) => {
  const { endpoint, what, delivery } = JSON.parse(data);
  if (delivery !== "pending") announcement.textContent = endpoint + ": " + what;
  refresh();
});
events.addEventListener("open", refresh);
setInterval(refresh, 10_000);
`;
