import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { shell } from "../shell.mjs";
import { aptInstall } from "./apt.mjs";

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
  const path = named() ?? (await installed()) ?? (await fromDebian());
  return { env: { CHROMIUM_PATH: path }, stop() {} };
}

function named() {
  const path = process.env["CHROMIUM_PATH"] || undefined;
  if (path !== undefined && !existsSync(path)) throw new Error(`CHROMIUM_PATH names ${path}, which does not exist. ${help}`);
  return path;
}

async function installed() {
  for (const name of names) {
    const path = await which(name);
    if (path !== undefined && starts(path)) return path;
  }
  return places.find((path) => existsSync(path));
}

/** @param {string} name */
async function which(name) {
  if (process.platform === "win32") return undefined;
  const path = await shell("sh", ["-c", 'command -v "$0"', name]).catch(() => "");
  return path.trim() || undefined;
}

/**
 * Some distributions put a script in the browser's place that only says where to get it.
 *
 * @param {string} path
 */
function starts(path) {
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

async function fromDebian() {
  await aptInstall("chromium", help);
  const path = await installed();
  if (path === undefined) throw new Error(`Debian's chromium is installed, but does not start. ${help}`);
  return path;
}
