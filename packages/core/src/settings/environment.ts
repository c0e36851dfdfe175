/** The variables this library reads, and no other. */
type Variable =
  | "SPOTIFY_CLIENT_ID"
  | "SPOTIFY_CLIENT_SECRET"
  | "SPOTIFY_REDIRECT_URI"
  | "SPOTIFY_SCOPES"
  | "REFRAIN_SECRET"
  | "REFRAIN_EMULATOR_URL"
  | "REFRAIN_ALLOW_EMULATOR"
  | "NODE_ENV"
  | "NODE_TLS_REJECT_UNAUTHORIZED";

/** Reads one variable; `undefined` when it is not set, or set to nothing. */
export type Environment = (name: Variable) => string | undefined;

interface Host {
  readonly env?: Readonly<Record<string, string | undefined>>;
  emitWarning?(warning: string, type: string): void;
}

// Not every place this runs in has it: workers and browsers know no environment.
function host(): Host {
  return (Reflect.get(globalThis, "process") as Host | undefined) ?? {};
}

/** The environment of this process. Read at each call, so that a variable set after the import counts. */
export const processEnvironment: Environment = (name) => host().env?.[name]?.trim() || undefined;

/** One line for whoever runs this process; nothing where there is no such place. */
export function warnProcess(line: string): void {
  host().emitWarning?.(line, "RefrainWarning");
}
