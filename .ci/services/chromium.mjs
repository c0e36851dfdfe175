import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";
import { program } from "./program.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const windowless = ["chromium-headless-shell", "chrome-headless-shell"];
const debians = "/usr/bin/chromium";
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
 * A browser for the tests, as CHROMIUM_PATH: the one named there, else one that is installed, else Debian's. As HEADLESS_SHELL_PATH the same without windows, menus and settings,
 * which needs half the time for a page; where there is none, the whole browser.
 *
 * @returns {Promise<import("./with-services.mjs").Service>}
 */
export async function chromium() {
  const path = (await installed()) ?? (await fromDebian());
  const shell = (await installedShell()) ?? (await shellBeside(path)) ?? path;
  return { env: { CHROMIUM_PATH: path, HEADLESS_SHELL_PATH: shell }, stop() {} };
}

function installedShell() {
  return program("HEADLESS_SHELL_PATH", windowless, help);
}

/** @param {string} path */
async function shellBeside(path) {
  if (path !== debians) return undefined;
  try {
    await aptInstall("chromium-headless-shell", help);
  } catch {
    // Not on every Debian, and not for everybody.
    return undefined;
  }
  return installedShell();
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
