import type { TokenAnswer } from "../../src/protocol/token-answer.js";
import type { TokenEndpoint } from "../../src/protocol/token-endpoint.js";
import { type Dice, dice } from "./dice.js";
import { drawFault, type TokenFault } from "./fates.js";
import type { Incarnation } from "./simulated-process.js";
import type { Attempt } from "./simulated-spotify.js";
import { mayStopHere } from "./sudden.js";
import type { World } from "./world.js";

const reset: TokenAnswer = { kind: "ambiguous", retryAfterMs: null, cause: "connection" };
const serverError: TokenAnswer = { kind: "ambiguous", retryAfterMs: null, cause: "status" };

/** The token endpoint as one process reaches it: over a connection on which anything may happen. */
export function connectTokenEndpoint(world: World, incarnation: () => Incarnation): TokenEndpoint {
  const { timeline, journal, spotify } = world;
  return {
    exchange: () => Promise.reject(new Error("sign-ins are simulated without it")),
    refresh(value, signal) {
      const sender = incarnation();
      const attempt = begin(world, sender, value);
      const ordinal = world.nextRequest(sender.process);
      const fate = dice(world.seed, 31, sender.process, ordinal);
      const fault = strike(world, sender, ordinal, fate);
      const longMs = fate.next() < 0.5 ? fate.between(1_000, 30_000) : fate.between(10_000, 115_000);
      const retryAfterMs = fate.pick([null, 1_000, 5_000, 30_000, 86_400_000]);
      const thereMs = fate.between(20, 150);
      const backMs = fate.between(20, 150);
      const who = `${sender.name}'s request ${attempt.number} for ${world.nameOf(attempt.token?.consent.user ?? value)}`;
      journal.say(() => `${sender.name} asks Spotify with ${value} (request ${attempt.number})${fault === null ? "" : `; fault: ${fault}`}`);

      mayStopHere(world, sender, "request", ordinal, thereMs + backMs);
      return new Promise((resolve) => {
        let settled = false;
        const hear = (answer: TokenAnswer, gaveUp = false): void => {
          if (settled) return;
          settled = true;
          attempt.deliveredAt = timeline.now();
          attempt.answer = answer.kind === "success" || answer.kind === "terminal" ? answer.kind : "other";
          if (attempt.answer !== "success" && !gaveUp) attempt.lost = true;
          world.rules.answered(attempt);
          journal.say(() => `${who}: ${answer.kind}${answer.kind === "success" && answer.refreshToken !== null ? ` with ${answer.refreshToken}` : ""}`);
          if (answer.kind === "throttled") world.noteThrottle(answer.retryAfterMs ?? 1_000);
          if (answer.kind === "misconfigured") world.noteThrottle(30_000);
          resolve(answer);
        };
        const answer = (ms: number, what: TokenAnswer): void => void timeline.after(ms, () => sender.deliver(() => hear(what)));
        const arrive = (ms: number, then: (what: TokenAnswer) => void): void => void timeline.after(ms, () => then(process(world, attempt)));
        // Giving up is the sender's own doing: an answer that would have come is not lost, it is thrown away.
        signal?.addEventListener("abort", () => hear({ kind: "ambiguous", retryAfterMs: null, cause: "aborted" }, true));

        switch (fault) {
          case "not sent":
            return answer(thereMs, { kind: "notSent" });
          case "reset before":
            return answer(thereMs + backMs, reset);
          case "500 before":
            return answer(thereMs + backMs, serverError);
          case "silent before":
            attempt.lost = true;
            return;
          case "throttled":
            return answer(thereMs + backMs, { kind: "throttled", retryAfterMs });
          case "misconfigured":
            return answer(thereMs + backMs, { kind: "misconfigured", error: "invalid_client" });
          case "lie":
            attempt.lied = spotify.token(value) !== undefined && spotify.wouldTake(spotify.token(value) as NonNullable<Attempt["token"]>);
            return answer(thereMs + backMs, { kind: "terminal" });
          case "reset, arrives late":
            attempt.lost = true;
            answer(thereMs, reset);
            return arrive(longMs, () => undefined);
          case "answer lost":
            attempt.lost = true;
            return arrive(thereMs, () => answer(backMs, reset));
          case "500 after":
            attempt.lost = true;
            return arrive(thereMs, () => answer(backMs, serverError));
          case "silent after":
            attempt.lost = true;
            return arrive(thereMs, () => undefined);
          case "answers late":
            return arrive(thereMs, (what) => answer(longMs, what));
          case "arrives late":
            return arrive(longMs, (what) => answer(backMs, what));
          case null:
            return arrive(thereMs, (what) => answer(backMs, what));
        }
      });
    },
  };
}

function begin({ timeline, spotify, rules, userKey }: World, sender: Incarnation, value: string): Attempt {
  const token = spotify.token(value) ?? null;
  const lease = token === null ? null : (sender.leases.get(userKey(token.consent.user)) ?? null);
  const attempt: Attempt = {
    number: spotify.attempts.length + 1,
    sender,
    token,
    sentAt: timeline.now(),
    lease,
    arrivedAt: null,
    brought: null,
    access: null,
    lost: false,
    deliveredAt: null,
    answer: null,
    lied: false,
    storedAt: null,
  };
  spotify.attempts.push(attempt);
  rules.sent(attempt);
  return attempt;
}

function strike({ stormy, plan, journal }: World, sender: Incarnation, ordinal: number, fate: Dice): TokenFault | null {
  const fault = stormy ? drawFault(plan.tokenOdds, fate) : null;
  return fault !== null && journal.strikes(`request ${ordinal} by process ${sender.process + 1}: ${fault}`) ? fault : null;
}

/** Spotify does its part. */
function process({ spotify, timeline }: World, attempt: Attempt): TokenAnswer {
  attempt.arrivedAt = timeline.now();
  if (!spotify.present(attempt)) return { kind: "terminal" };
  return {
    kind: "success",
    accessToken: attempt.access?.value ?? "",
    lifetimeMs: spotify.lifetimeMs,
    refreshToken: attempt.brought?.value ?? null,
    scopes: null,
  };
}
