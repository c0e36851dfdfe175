import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Authenticated, Engine } from "../grants/engine.js";
import { isGrant } from "../machine/grant.js";
import type { Settings } from "../settings/settings.js";
import { loginUrl } from "./links.js";
import { isLoginNavigation } from "./navigation.js";
import { type RequestHead, samePage } from "./problem.js";
import { redirect } from "./respond.js";
import { returnPath } from "./return-to.js";

interface RenewalContext {
  readonly settings: Settings;
  readonly engine: Engine;
}

/** Sends a page navigation to renew the consent, unless another one was sent within the day: then, and whenever in doubt, `null`. */
export async function renewal({ settings, engine }: RenewalContext, { key, grant }: Authenticated, head: RequestHead): Promise<Response | null> {
  if (!isLoginNavigation(head.method, head.headers)) return null;
  const now = settings.clock.now();
  try {
    const record = await engine.change(key, { type: "renewalTried", consent: grant.consent.id, now });
    if (!isGrant(record) || record.consent.renewalTriedAt !== now) return null;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return null;
    throw error;
  }
  return redirect(loginUrl(settings, { returnTo: returnPath([samePage(settings, head.url)], settings) }));
}
