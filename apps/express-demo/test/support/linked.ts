import { createBrowser, type Answer, type Browser } from "demo-kit/browser";
import { type TestDemo } from "demo-kit/test-demo";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { firstUsers } from "../../src/linked/first-users.js";
import { linkedMode, usersFile } from "../../src/linked/linked-mode.js";
import { createLocalSessions } from "../../src/linked/local-sessions.js";
import { createUsers, type Users } from "../../src/linked/users.js";
import { testDemo } from "./demo.js";

/** The demo with users of its own, on a random port before a local Spotify that asks who one is, until the test ends. */
export interface LinkedDemo extends Omit<TestDemo, "database"> {
  /** The SQLite file of the grants. */
  readonly grants: string;
  /** A connection of its own to the app's database, as another process would have. */
  readonly database: DatabaseSync;
  readonly users: Users;
  /** A new browser in which one of the first users is signed in, without the time a password takes. */
  enter(name: Person): Browser;
  /** Links the Spotify account of one of the local Spotify's people, by clicks as if. */
  link(browser: Browser, spotifyUser: string, query?: string): Promise<Answer>;
  /** Goes to Spotify. Resolves to the end that awaits whoever says yes there. */
  begin(browser: Browser, spotifyUser: string, query?: string): Promise<string>;
  idOf(name: Person): string;
}

export type Person = "Robin" | "Kim";

export async function testLinked(mode = linkedMode): Promise<LinkedDemo> {
  const demo = await testDemo({}, { mode });
  const database = new DatabaseSync(usersFile(demo.database));
  onTestFinished(() => database.close());
  const users = createUsers(database);
  const sessions = createLocalSessions(database, new URL(demo.origin), demo.clock);
  const idOf = (name: Person): string => String(database.prepare("SELECT id FROM users WHERE name = ?").get(name)?.["id"]);

  async function begin(browser: Browser, spotifyUser: string, query = ""): Promise<string> {
    const page = await browser.open(`/auth/spotify/login?returnTo=/${query}`);
    return (await demo.emulator.approve(page.url, { user: spotifyUser })).href;
  }

  return {
    ...demo,
    grants: demo.database,
    database,
    users,
    begin,
    link: async (browser, spotifyUser, query) => browser.open(await begin(browser, spotifyUser, query)),
    enter(name) {
      const browser = createBrowser(demo.origin);
      browser.useCookie(sessions.begin(idOf(name)).split(";")[0] ?? "");
      return browser;
    },
    idOf,
  };
}

export function passwordOf(name: Person): string {
  return firstUsers.find((user) => user.name === name)?.password ?? "";
}
