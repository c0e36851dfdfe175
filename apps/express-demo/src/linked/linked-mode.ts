import { createSpotifyAuth } from "@refrain/core";
import { sqliteStore } from "@refrain/sqlite";
import type { Mode } from "demo-kit/start-demo";
import type { Request } from "express";
import { serve } from "../mode.js";
import { acceptLink } from "./accept-link.js";
import { createAway } from "./away.js";
import { addFirstUsers } from "./first-users.js";
import { createLinkedApp } from "./linked-app.js";
import { createLocalSessions } from "./local-sessions.js";
import { openUserDatabase } from "./user-database.js";
import { createUsers } from "./users.js";

const lookEveryMs = 60_000;

/** The app has users of its own, and Spotify is linked to their accounts. */
export const linkedMode: Mode = async (stage) => {
  const { options, database: grants, clock, origin, emulator, log } = stage;
  const database = openUserDatabase(usersFile(grants));
  const users = createUsers(database);
  const sessions = createLocalSessions(database, new URL(origin), clock);
  if (emulator !== undefined) await addFirstUsers(users);

  const auth = createSpotifyAuth({
    ...options,
    store: sqliteStore(grants),
    subject: ({ localUser }: Request) => (localUser === null ? null : localUser.id),
    onSignIn: acceptLink(users, (userId) => auth.forUser(userId).status()),
    pages: { signIn: "/sign-in" },
  });

  const away = createAway(auth, users, database, clock);
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => away.lookAtAll()).catch((error: unknown) => log(`Looking at linked accounts failed: ${String(error)}`));
  }, lookEveryMs).unref();

  return serve(stage, auth, createLinkedApp({ ...stage, auth, users, sessions, away }), {
    async stop() {
      clearInterval(timer);
      await looking;
      database.close();
    },
  });
};

/** Beside the grants: `grants.sqlite` has its users in `grants-users.sqlite`. */
export function usersFile(grants: string): string {
  return `${grants.replace(/\.sqlite$/, "")}-users.sqlite`;
}
