import type { Emulator, LogEntry } from "@refrain/emulator";
import type { Happening } from "./trail.js";

/** What ends a visit to the sign-in page; the pages between are the user's own affair. */
const decisions: readonly string[] = ["approved", "bounced", "denied"];

/** Says, each time it is asked, which token requests the emulator has finished since, and what users decided there. */
export function emulatorSteps(emulator: Emulator): () => readonly Happening[] {
  const open = new Set<LogEntry>();
  let seen = emulator.log.at(-1)?.id ?? 0;

  return () => {
    for (const entry of emulator.log.slice(-200)) {
      if (entry.id > seen && (entry.endpoint === "token" || entry.endpoint === "authorize")) open.add(entry);
    }
    seen = emulator.log.at(-1)?.id ?? 0;
    const done = [...open].filter(({ delivery }) => delivery !== "pending");
    for (const entry of done) open.delete(entry);
    return done.filter(({ endpoint, what }) => endpoint === "token" || decisions.includes(what)).map(happening);
  };
}

function happening({ endpoint, method, path, at, status, what, why, fault, durationMs, grantType, refreshToken, generation, issued }: LogEntry): Happening {
  const outcome = fault === undefined ? what : status === null ? "no answer" : `${status}`;
  const facts = [
    ["Request", endpoint === "token" ? `${method} ${path}, ${grantType ?? "no grant type"}` : `${method} ${path}`],
    ["Fault", fault],
    ["Answer", status === null ? "none" : String(status)],
    ["Refresh token", refreshToken === undefined ? undefined : `${refreshToken}, generation ${generation ?? 1}`],
    ["New access token", issued?.accessToken],
    ["New refresh token", issued?.refreshToken],
  ] as const;
  return {
    at,
    what: `Spotify: ${outcome}`,
    why,
    tookMs: durationMs,
    facts: facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  };
}
