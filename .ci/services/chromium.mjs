import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";
import { program } from "./program.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
const help = [
  "The tests need a browser. One of these helps:",
  "- set CHROMIUM_PATH to a Chromium, Chrome or Edge binary",
  "- install Chromium or Google Chrome where it is usually installed",
  "- on Debian: apt-get install chromium (as root, `npm test` does it by itself)",
].join("\n");

/**
 * A browser for the tests, as CHROMIUM_PATH: the one named there, else one that is installed, else Debian's.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export async function chromium() {
  const path = (await installed()) ?? (await fromDebian());
  return { env: { CHROMIUM_PATH: path }, stop() {} };
}

async function installed() {
  return (await program("CHROMIUM_PATH", names, help)) ?? places.find((path) => existsSync(path));
}

async function fromDebian() {
  await aptInstall("chromium", help);
  const path = await installed();
  if (path === undefined) throw new Error(`Debian's chromium is installed, but does not start. ${help}`);
  return path;
}
