import express, { Router, type Request, type Response } from "express";
import { sameOrigin } from "../same-origin.js";
import { signInPage, signUpPage, type Entry } from "./entry-pages.js";
import type { LocalSessions } from "./local-sessions.js";
import { returnUrl } from "./return-url.js";
import type { LocalUser, Users } from "./users.js";

interface AccountRoutesOptions {
  readonly users: Users;
  readonly sessions: LocalSessions;
  readonly origin: string;
  readonly emulated: boolean;
}

const shortestPassword = 8;
const longestField = 100;

/** Signing up, in and out of the app itself. Spotify has no part in it. */
export function accountRoutes({ users, sessions, origin, emulated }: AccountRoutesOptions): Router {
  const routes = Router();
  const entry = ({ name, returnTo }: Fields, problem: string | null = null): Entry => ({ name, returnTo, problem, emulated });

  function enter(request: Request, response: Response, user: LocalUser): void {
    sessions.end(request.headers.cookie);
    response.append("Set-Cookie", sessions.begin(user.id)).redirect(303, returnUrl(request.query["returnTo"], origin));
  }

  routes.post(["/sign-in", "/sign-up", "/sign-out"], sameOrigin(origin), express.urlencoded({ extended: false, limit: "8kb" }));

  routes.get("/sign-in", (request, response) => {
    if (request.localUser === null) response.send(signInPage(entry(read(request))));
    else response.redirect(303, returnUrl(request.query["returnTo"], origin));
  });
  routes.get("/sign-up", (request, response) => void response.send(signUpPage(entry(read(request)))));

  routes.post("/sign-in", async (request, response) => {
    const fields = read(request);
    const user = await users.verify(fields.name, fields.password);
    if (user === null) response.status(422).send(signInPage(entry(fields, "This name and this password do not go together.")));
    else enter(request, response, user);
  });
  routes.post("/sign-up", async (request, response) => {
    const fields = read(request);
    const problem = problemOf(fields);
    const user = problem === null ? await users.add(fields.name, fields.password) : null;
    if (user === null) response.status(422).send(signUpPage(entry(fields, problem ?? "This name is taken. Choose another one.")));
    else enter(request, response, user);
  });
  routes.post("/sign-out", (request, response) => {
    response.append("Set-Cookie", sessions.end(request.headers.cookie)).redirect(303, "/sign-in");
  });
  return routes;
}

interface Fields {
  readonly name: string;
  readonly password: string;
  readonly returnTo: string;
}

function read({ body, query }: Request): Fields {
  const field = (from: unknown, name: string): string => {
    const value = (from as Readonly<Record<string, unknown>> | undefined)?.[name];
    return typeof value === "string" ? value : "";
  };
  return { name: field(body, "name").normalize("NFKC").trim(), password: field(body, "password"), returnTo: field(query, "returnTo") };
}

function problemOf({ name, password }: Fields): string | null {
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]{0,39}$/u.test(name))
    return "A name has 1 to 40 letters, digits, spaces, dots and dashes, and begins with a letter or a digit.";
  if (password.length < shortestPassword || password.length > longestField) return `A password has ${shortestPassword} to ${longestField} characters.`;
  return null;
}
