import type { RequestHandler } from "express";
import type { Users } from "./users.js";

/** Forgets what the app itself noted of a link, once the library has erased it. Stands before the library's route. */
export function forgetLink(users: Users): RequestHandler {
  return ({ localUser }, response, next) => {
    response.on("finish", () => {
      if (localUser !== null && response.statusCode < 300) users.unlink(localUser.id);
    });
    next();
  };
}
