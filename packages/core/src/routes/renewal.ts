import { TemporarilyUnavailable } from "../errors/temporarily-unavailable.js";
import type { Authenticated, Engine } from "../grants/engine.js";
import { randomId } from "../grants/identifiers.js";
import { isGrant } from "../machine/grant.js";
import type { Settings } from "../settings/settings.js";
import { loginUrl } from "./links.js";
import { isLoginNavigation } from "./navigation.js";
import { type RequestHead, samePage } from "./problem.js";
import { redirect } from "./respond.js";
import { samePath } from "./return-to.js";

interface RenewalContext {
  readonly settings: Settings;
  readonly engine: Engine;
}

/** Long enough to lose a few races, short enough not to keep a page waiting for a store that fails. */
const patienceMs = 250;

/**
 * Sends a page navigation to renew the consent, unless another one was sent within the day, or the page is none to come back to: then, and whenever in doubt, `null`.
 */
export async function renewal({ settings, engine }: RenewalContext, { key, grant }: Authenticated, head: RequestHead): Promise<Response | null> {
  const returnTo = isLoginNavigation(head.method, head.headers) ? samePath(samePage(settings, head.url), settings) : null;
  if (returnTo === null) return null;
  const id = randomId();
  try {
    const record = await engine.change(key, { type: "renewalTried", id, consent: grant.consent.id, now: settings.clock.now() }, patienceMs);
    if (!isGrant(record) || record.consent.renewal?.id !== id) return null;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return null;
    throw error;
  }
  return redirect(loginUrl(settings, { returnTo }));
}
