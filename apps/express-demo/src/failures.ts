import { TemporarilyUnavailable } from "@refrain/core";
import type { ErrorRequestHandler } from "express";
import { randomBytes } from "node:crypto";
import { brokenPage, unavailablePage } from "./failure-pages.js";

/** Where lines for the operator go. */
export type Log = (line: string) => void;

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
    const reference = refer(error instanceof Error ? (error.stack ?? error.name) : "something that is no error", log);
    if (response.headersSent) return next(error);
    response.status(500).send(brokenPage(reference, emulated));
  };
}

/** Notes what happened under a short name, by which whoever saw the page can ask. */
function refer(what: string, log: Log): string {
  const reference = randomBytes(4).toString("hex");
  log(`${reference} ${what}`);
  return reference;
}
