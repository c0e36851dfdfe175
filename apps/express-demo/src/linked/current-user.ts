import type { RequestHandler } from "express";
import type { LocalSessions } from "./local-sessions.js";
import type { LocalUser, Users } from "./users.js";

declare global {
  namespace Express {
    interface Request {
      /** Who is signed in to this app; `null` = nobody. */
      localUser: LocalUser | null;
    }
  }
}

/** Says who sent a request, before the library asks. From here on every page is for this browser only. */
export function currentUser(sessions: LocalSessions, users: Users): RequestHandler {
  return (request, response, next) => {
    const id = sessions.userOf(request.headers.cookie);
    request.localUser = id === null ? null : users.find(id);
    response.set({ "Cache-Control": "private, no-store", Vary: "Cookie" });
    next();
  };
}
