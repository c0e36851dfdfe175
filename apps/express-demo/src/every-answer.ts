import type { RequestHandler } from "express";

/** Sets these headers on every answer. */
export function everyAnswer(headers: Readonly<Record<string, string>>): RequestHandler {
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}
