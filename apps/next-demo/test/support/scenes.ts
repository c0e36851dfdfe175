import { hourMs } from "demo-kit/test-demo";
import type { Page } from "playwright-core";
import { type TestDemo } from "./demo.js";

/** Brings a page into the state that is to be looked at. */
type Scene = (page: Page, demo: TestDemo, signIn: () => Promise<void>) => Promise<unknown>;

export const scenes: readonly (readonly [name: string, scene: Scene])[] = [
  ["signed out", (page, { origin }) => page.goto(origin)],
  ["signed in", (_page, _demo, signIn) => signIn()],
  [
    "sections that failed",
    (_page, { emulator }, signIn) => {
      emulator.fault({ on: "api", kind: "status", status: 502, path: "/v1/me/top/*" });
      emulator.fault({ on: "api", kind: "permissions-missing", path: "/v1/me/player/currently-playing" });
      return signIn();
    },
  ],
  [
    "top tracks",
    async (page, { origin }, signIn) => {
      await signIn();
      await page.goto(`${origin}/top`);
    },
  ],
  [
    "the playlist's form",
    async (page, { origin }, signIn) => {
      await signIn();
      await page.goto(`${origin}/playlist`);
    },
  ],
  [
    "the playlist's form with a problem",
    async (page, { origin }, signIn) => {
      await signIn();
      await page.goto(`${origin}/playlist`);
      await page.getByLabel("Name").fill(" ");
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByText("Give the playlist a name first.").waitFor();
    },
  ],
  [
    "the playlist, created",
    async (page, { origin }, signIn) => {
      await signIn();
      await page.goto(`${origin}/playlist/done`);
    },
  ],
  [
    "live",
    async (page, { origin }, signIn) => {
      await signIn();
      await page.goto(`${origin}/live`);
      await page.getByRole("progressbar").waitFor();
    },
  ],
  [
    "live, with nobody signed in",
    async (page, { origin }) => {
      await page.goto(`${origin}/live`);
      await page.getByText("Nobody is signed in here.").waitFor();
    },
  ],
  [
    "the outage",
    async (page, { emulator, advance }, signIn) => {
      await signIn();
      emulator.fault({ on: "token", kind: "status", status: 503 });
      advance(hourMs);
      await page.reload();
      await page.getByRole("heading", { name: "Spotify cannot be reached" }).waitFor();
    },
  ],
  [
    "a visit into the outage",
    async (page, { emulator, advance }, signIn) => {
      await signIn();
      emulator.fault({ on: "token", kind: "status", status: 503 });
      advance(hourMs);
      await page.getByRole("link", { name: "Top tracks" }).click();
      await page.getByRole("heading", { name: "This page cannot be shown" }).waitFor();
    },
  ],
  ["no such page", (page, { origin }) => page.goto(`${origin}/nothing-here`)],
];
