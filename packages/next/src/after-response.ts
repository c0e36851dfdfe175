import { after } from "next/server.js";

/** Lets work go on when the response is there. Outside of a request there is nothing to come after, and the process stays as it is. */
export function afterResponse(work: Promise<unknown>): void {
  try {
    after(work);
  } catch {
    // It goes on all the same; only a platform that freezes its processes would have had to know.
  }
}
