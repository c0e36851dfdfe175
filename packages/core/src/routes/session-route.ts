import { presentSession, type SignInContext } from "./context.js";
import { respond } from "./respond.js";

/** Who is signed in, for scripts of the page: a fixed set of fields, none of them a secret. Creates nothing, sets nothing. */
export async function session(context: SignInContext, request: Request): Promise<Response> {
  const present = await presentSession(context, request);
  if (present === null) return json({ signedIn: false });
  const { user, scopes, phase, access, reauthorizeBy } = present.grant;
  return json({ signedIn: true, user: { id: user.id }, scopes, phase: phase.name, expiresAt: access.expiresAt, reauthorizeBy });
}

function json(body: object): Response {
  return respond(200, JSON.stringify(body), { "content-type": "application/json" });
}
