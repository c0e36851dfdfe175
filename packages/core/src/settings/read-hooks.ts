import type { SpotifyAuthOptions } from "./options.js";
import type { Settings } from "./settings.js";

type Hooks = Pick<Settings, "subject" | "renewConsent" | "revokeOnDisconnect" | "onSignIn" | "pages" | "logger">;

/** What the app does itself, and what it wants to be done. */
export function readHooks(options: SpotifyAuthOptions, problems: string[]): Hooks {
  const { subject = null, renewConsent = "auto", revokeOnDisconnect = false, onSignIn = null, pages = {}, logger = null } = options;
  if (typeof pages !== "object" || pages === null) problems.push("pages must be an object with signIn or error.");
  const { signIn = null, error = null, ...unknown } = pages ?? {};
  if (subject !== null && typeof subject !== "function") problems.push("subject must be a function from a request to the id of the app's own user, or null.");
  if (!["auto", "ask", "off"].includes(renewConsent)) problems.push('renewConsent must be "auto", "ask" or "off".');
  if (typeof revokeOnDisconnect !== "boolean") problems.push("revokeOnDisconnect must be true or false.");
  if (onSignIn !== null && typeof onSignIn !== "function") problems.push("onSignIn must be a function.");
  for (const name of Object.keys(unknown)) problems.push(`pages knows no ${JSON.stringify(name.slice(0, 60))}: give signIn or error.`);
  if (signIn !== null && !isOwnPath(signIn)) problems.push("pages.signIn must be a path of this app that begins with one /.");
  if (error !== null && typeof error !== "function") problems.push("pages.error must be a function from a page to a Response or null.");
  const levels = ["debug", "info", "warn", "error"] as const;
  if (logger !== null && levels.some((level) => typeof logger[level] !== "function"))
    problems.push("logger must have debug, info, warn and error, as pino() has.");
  return { subject, renewConsent, revokeOnDisconnect, onSignIn, pages: { signIn, error }, logger };
}

/** A path with its query, of this origin and no other. */
export function isOwnPath(path: unknown): path is string {
  return typeof path === "string" && /^\/(?![/\\])[^\\\s\0-\x1f\x7f]*$/.test(path);
}
