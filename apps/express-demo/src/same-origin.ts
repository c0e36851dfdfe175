import { foreign, isSameOrigin } from "demo-kit/same-origin";
import type { RequestHandler } from "express";

/** Lets only our own pages through. */
export function sameOrigin(origin: string): RequestHandler {
  return ({ headers }, response, next) => {
    if (isSameOrigin(headers, origin)) next();
    else response.status(403).type("text/plain").send(foreign);
  };
}
