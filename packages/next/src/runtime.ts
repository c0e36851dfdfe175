import { createHash } from "node:crypto";
import { createSpotifyAuth, remedyUrl, renewConsent, requireSession, type SpotifyAuth, toProblem } from "@refrain/core";
import type { SpotifyOptions } from "./options.js";

/**
 * One SpotifyAuth, and the functions that know its objects. Next bundles a module anew for pages, routes and the proxy, and evaluates it anew at each hot reload: a
 * second copy of these functions would not recognise the first copy's errors and sessions.
 */
export interface Runtime {
  readonly auth: SpotifyAuth;
  readonly requireSession: typeof requireSession;
  readonly renewConsent: typeof renewConsent;
  readonly remedyUrl: typeof remedyUrl;
  readonly toProblem: typeof toProblem;
  /** Tells whoever develops the app, the first time. */
  readonly warn: (line: string) => void;
}

const place: unique symbol = Symbol.for("@refrain/next");

/** The runtime for these options: one in the whole process, opened at its first use. Importing and `next build` need no variable. */
export function lazyRuntime(options: SpotifyOptions): () => Runtime {
  let known: Runtime | undefined;
  return () => (known ??= shared(options));
}

function shared(options: SpotifyOptions): Runtime {
  const all = ((globalThis as { [place]?: Map<string, Runtime> })[place] ??= new Map<string, Runtime>());
  const name = nameOf(options);
  const existing = all.get(name);
  if (existing !== undefined) return existing;
  const opened = { auth: createSpotifyAuth(options), requireSession, renewConsent, remedyUrl, toProblem, warn: warnOnce() };
  all.set(name, opened);
  return opened;
}

/**
 * What tells one set of options from another, although every evaluation of a module makes new objects: their values, hashed, because secrets are among them. Not what
 * has methods, nor functions: one function has another source text in each bundle.
 */
function nameOf(options: SpotifyOptions): string {
  const values = JSON.stringify(options, (name, value: unknown) => (typeof value === "function" || opaque.has(name) ? "given" : value));
  return createHash("sha256").update(values).digest("base64url");
}

const opaque: ReadonlySet<string> = new Set(["store", "clock", "logger"] satisfies (keyof SpotifyOptions)[]);

function warnOnce(): Runtime["warn"] {
  let warned = process.env.NODE_ENV === "production";
  return (line) => {
    if (!warned) process.emitWarning(line, "RefrainWarning");
    warned = true;
  };
}
