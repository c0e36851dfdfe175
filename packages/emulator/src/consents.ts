import { randomBytes } from "node:crypto";

/** Which users have approved which apps for what, and which browser is signed in as whom. */
export class Consents {
  readonly #approved = new Map<string, Set<string>>();
  readonly #browsers = new Map<string, string>();

  approve(clientId: string, user: string, scopes: readonly string[]): void {
    const key = JSON.stringify([clientId, user]);
    this.#approved.set(key, new Set([...(this.#approved.get(key) ?? []), ...scopes]));
  }

  /** Whether a user need not be asked again: an earlier approval covers every scope. */
  covers(clientId: string, user: string, scopes: readonly string[]): boolean {
    const approved = this.#approved.get(JSON.stringify([clientId, user]));
    return approved !== undefined && scopes.every((scope) => approved.has(scope));
  }

  /** Forgets the approvals of a user, or only those for one client. */
  forget(user: string, clientId?: string): void {
    for (const key of this.#approved.keys()) {
      const [client, approver] = JSON.parse(key) as [string, string];
      if (approver === user && (clientId === undefined || client === clientId)) this.#approved.delete(key);
    }
  }

  /** Takes scopes out of the approvals of a user, or only of those for one client: whoever needs them asks again. */
  withdraw(user: string, scopes: readonly string[], clientId?: string): void {
    for (const [key, approved] of this.#approved) {
      const [client, approver] = JSON.parse(key) as [string, string];
      if (approver === user && (clientId === undefined || client === clientId)) for (const scope of scopes) approved.delete(scope);
    }
  }

  /** Signs a browser in; the result is its session id. */
  signIn(user: string): string {
    const session = randomBytes(32).toString("base64url");
    this.#browsers.set(session, user);
    return session;
  }

  userOf(session: string): string | null {
    return this.#browsers.get(session) ?? null;
  }

  /** Signs a user out of every browser, as a new password does. */
  signOutEverywhere(user: string): void {
    for (const [session, signedIn] of this.#browsers) if (signedIn === user) this.#browsers.delete(session);
  }
}
