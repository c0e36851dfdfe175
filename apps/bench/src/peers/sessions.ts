import session from "express-session";
import type { RequestHandler } from "express";
import { secret } from "./peer.js";

/**
 * Sessions as the README of express-session sets them up. Its MemoryStore is of one process; that of connect-redis is of several.
 *
 * @see https://expressjs.com/en/resources/middleware/session.html
 * @see https://github.com/tj/connect-redis#usage
 */
export function sessions(store?: session.Store): RequestHandler {
  return session({ secret, resave: false, saveUninitialized: false, ...(store === undefined ? {} : { store }) });
}

export const memoryIsOfOneProcess = "MemoryStore is of one process";
