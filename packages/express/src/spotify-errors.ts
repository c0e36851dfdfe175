import { toProblem } from "@refrain/core";
import { headOf, sendWebResponse } from "@refrain/core/node";
import type { ErrorRequestHandler } from "express";
import { visitOf } from "./visit.js";

/** Answers the errors of this library that handlers throw or pass on, just as the guards do. All others go on to the next error handler. Goes after the routes. */
export function spotifyErrors(): ErrorRequestHandler {
  return async (error, request, response, next) => {
    try {
      const visit = visitOf(request);
      const answer = visit === undefined || response.headersSent ? null : await toProblem(visit.auth, error, headOf(request, request.originalUrl));
      if (answer === null) return next(error);
      await sendWebResponse(response, answer);
    } catch (failure) {
      next(failure);
    }
  };
}
