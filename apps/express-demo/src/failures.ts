import { TemporarilyUnavailable } from "@refrain/core";
import { brokenPage, unavailablePage } from "demo-kit/pages/failure-pages";
import { refer, referToError, type Log } from "demo-kit/refer";
import type { ErrorRequestHandler } from "express";

/** Spotify or the store is down, and a person is looking: a page in the demo's own words. Programs get the library's problem. */
export function answerOutage(emulated: boolean, mendable: () => boolean, log: Log): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (!(error instanceof TemporarilyUnavailable) || response.headersSent || request.accepts(["json", "html"]) !== "html") return next(error);
    const reference = refer(error.code, log);
    response.set("Retry-After", String(Math.ceil((error.retryAfterMs ?? 1000) / 1000)));
    response.status(503).send(unavailablePage(error, reference, emulated, mendable()));
  };
}

/** Whatever else went wrong: a page with a reference, never a stack. */
export function answerFailure(emulated: boolean, log: Log): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const reference = referToError(error, log);
    if (response.headersSent) return next(error);
    response.status(500).send(brokenPage(reference, emulated));
  };
}
