/** Runs in the browser: lets countdowns tick and, where there is a trail, puts new steps on top of it and shows the connection as it is now. Pages are complete without it. */
export const liveScript: string = `"use strict";
const started = new WeakMap();

function tick() {
  for (const countdown of document.querySelectorAll(".countdown[data-left]")) {
    if (!started.has(countdown)) started.set(countdown, performance.now());
    const left = Math.max(0, Number(countdown.dataset.left) - (performance.now() - started.get(countdown)) / 1000);
    countdown.firstElementChild.value = left;
    if (countdown.dataset.left !== "0") countdown.lastElementChild.textContent = words(Math.round(left));
  }
}

function words(seconds) {
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60);
  if (seconds <= 0) return "over";
  if (days >= 2) return days + " days";
  if (hours >= 2) return hours + " h " + (minutes % 60) + " min";
  if (minutes >= 1) return minutes + " min " + (seconds % 60) + " s";
  return seconds + " s";
}

const trail = document.querySelector(".trail");
if (trail !== null) {
  const source = new EventSource("/trail?after=" + trail.dataset.last);
  source.addEventListener("step", ({ data }) => {
    document.getElementById("no-steps")?.remove();
    trail.insertAdjacentHTML("afterbegin", data);
    while (trail.children.length > 50) trail.lastElementChild.remove();
  });
  source.addEventListener("connection", ({ data }) => {
    document.getElementById("connection").innerHTML = data;
    tick();
  });
  addEventListener("pagehide", () => source.close());
}

tick();
setInterval(tick, 1000);
`;
