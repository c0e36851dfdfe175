import type { RequestHandler } from "express";

/** Lets only our own pages through: by Fetch Metadata, else by Origin. A request that says neither is refused. */
export function sameOrigin(origin: string): RequestHandler {
  return (request, response, next) => {
    const site = request.headers["sec-fetch-site"];
    const own = site === undefined ? request.headers.origin === origin : site === "same-origin";
    if (own) next();
    else response.status(403).type("text/plain").send("Only this demo's own pages may ask for that.");
  };
}
