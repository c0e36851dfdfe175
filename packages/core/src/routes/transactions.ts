import { transactionMs } from "../machine/timings.js";
import { sameText } from "../protocol/same-text.js";
import type { Sealer } from "../seal/sealer.js";
import type { Settings } from "../settings/settings.js";
import { readCookie, setCookie } from "./cookies.js";

/** One sign-in on its way, between its first redirect and its callback. */
export interface Transaction {
  readonly state: string;
  readonly codeVerifier: string;
  /** A path. */
  readonly returnTo: string;
  /** What was asked for. */
  readonly scopes: readonly string[];
  /** In Unix ms. */
  readonly begunAt: number;
  /** The key of the grant that this renews or extends, which no other account may answer for. `null` = anyone may sign in. */
  readonly account: string | null;
  /** The store key of the user of the app who began it, and who alone may finish it. `null` = Spotify is the login. */
  readonly subject: string | null;
  /** The Spotify user who may take another's place in the grant, as was asked and answered. `null` = nobody may. */
  readonly replacesWith: string | null;
}

/** A question that a page asked: whether another Spotify account shall take the linked one's place. */
export interface Offer {
  /** Comes back in the answer's link, so that no other site can answer for the user. */
  readonly nonce: string;
  /** The store key of the user of the app who was asked. */
  readonly subject: string;
  /** The Spotify user in question. */
  readonly user: string;
  /** In Unix ms. */
  readonly askedAt: number;
}

/** What a browser remembers of its sign-ins, sealed in one cookie. */
export interface SignIns {
  /** Oldest first. */
  readonly pending: readonly Transaction[];
  /** When this browser last finished one, in Unix ms; 0 = not lately. */
  readonly finishedAt: number;
  /** When this browser last signed out, in Unix ms; 0 = not lately. */
  readonly leftAt: number;
  readonly offer: Offer | null;
}

/** Reads and writes the one cookie of sign-ins on their way. */
export interface Transactions {
  read(request: Request): Promise<SignIns>;
  /** A Set-Cookie header. Past five sign-ins, or where the cookie would grow too long, the oldest go. */
  write(signIns: SignIns): Promise<string>;
}

const most = 5;
// A Cookie header with both of our cookies stays below 4 kB.
const longest = 3_800;
/** How soon after a sign-in a request without a session cookie means that the browser does not keep it. */
const noticeMs = 10_000;

export function createTransactions({ settings, sealer }: { readonly settings: Settings; readonly sealer: Sealer }): Transactions {
  const { clientId, clock, redirectUri } = settings;
  const name = `${settings.cookieName}-tx`;
  const secure = redirectUri.protocol === "https:";

  return {
    async read(request) {
      const sealed = readCookie(request.headers.get("cookie"), name);
      const opened = sealed === null ? null : await sealer.open("transaction", clientId, sealed);
      if (opened?.kind !== "opened") return none;
      const { v, pending, finishedAt, leftAt, offer } = opened.value as SignIns & { readonly v: number };
      if (v !== 1) return none;
      const now = clock.now();
      return {
        pending: pending.filter(({ begunAt }) => now - begunAt < transactionMs),
        finishedAt: now - finishedAt <= noticeMs ? finishedAt : 0,
        leftAt: now - leftAt < transactionMs ? leftAt : 0,
        offer: offer !== null && now - offer.askedAt < transactionMs ? offer : null,
      };
    },

    async write({ pending, finishedAt, leftAt, offer }) {
      if (pending.length === 0 && finishedAt === 0 && leftAt === 0 && offer === null) return setCookie({ name, value: "", maxAgeMs: 0, secure });
      const maxAgeMs = pending.length === 0 && leftAt === 0 && offer === null ? noticeMs : transactionMs;
      for (let kept = pending.slice(-most); ; kept = kept.slice(1)) {
        const value = await sealer.seal("transaction", clientId, { v: 1, pending: kept, finishedAt, leftAt, offer });
        if (name.length + value.length <= longest || kept.length <= 1) return setCookie({ name, value, maxAgeMs, secure });
      }
    },
  };
}

const none: SignIns = { pending: [], finishedAt: 0, leftAt: 0, offer: null };

/** The sign-in that this state belongs to. Every one of them is compared, each in constant time. */
export function transactionOf({ pending }: SignIns, state: string): Transaction | null {
  let found: Transaction | null = null;
  for (const transaction of pending) if (sameText(state, transaction.state)) found = transaction;
  return found;
}

export function without(signIns: SignIns, done: Transaction): SignIns {
  return { ...signIns, pending: signIns.pending.filter(({ state }) => state !== done.state) };
}
