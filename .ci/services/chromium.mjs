import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { CommandFailed, shell } from "../shell.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * A browser for the tests, as CHROMIUM_PATH: the one named there, else one that is installed, else Debian's.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export async function chromium() {
  const path = named() ?? (await installed()) ?? (await byApt());
  return { env: { CHROMIUM_PATH: path }, stop() {} };
}

function named() {
  const path = process.env["CHROMIUM_PATH"];
  if (path !== undefined && !existsSync(path)) throw new Error(`CHROMIUM_PATH names ${path}, which does not exist.`);
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

async function byApt() {
  if (process.getuid?.() !== 0 || (await which("apt-get")) === undefined) throw new Error(`No Chromium was found. ${fixes}`);
  process.stderr.write("Installing Debian's chromium\n");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  try {
    await shell("apt-get", ["update", "-qq"], { env });
    await shell("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env });
  } catch (error) {
    throw error instanceof CommandFailed ? new Error(`apt-get could not install Chromium. ${fixes}\n${error.message}`) : error;
  }
  const path = await installed();
  if (path === undefined) throw new Error(`apt-get installed Chromium, but it does not start. ${fixes}`);
  return path;
}

const fixes = [
  "One of these helps:",
  "- set CHROMIUM_PATH to a Chromium, Chrome or Edge binary",
  "- install Chromium or Google Chrome where it is usually installed",
  "- on Debian and Ubuntu: apt-get install chromium (as root, `npm test` does it itself)",
].join("\n");
