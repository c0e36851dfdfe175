/** What a user does on the consent page. */
export interface Clicks {
  /** User id. */
  readonly user: string;
  /** Declines instead. @defaultValue false */
  readonly deny?: boolean;
  /** Grants only these of the scopes asked for; none, if it is empty. @defaultValue all of them */
  readonly scopes?: readonly string[];
  /** Clicks nothing: opens the address as a browser in which this user is signed in, to be bounced straight back. Goes with neither of the above. @defaultValue false */
  readonly silently?: boolean;
}

/** Does over HTTP what the user's browser does, and resolves to where it is sent. */
export async function approveOverHttp(origin: string, authorizeUrl: string | URL, { user, deny = false, scopes, silently = false }: Clicks): Promise<URL> {
  const url = new URL(authorizeUrl);
  if (url.origin !== origin) throw new TypeError(`approve() takes an address of ${origin}.`);
  if (silently && (deny || scopes !== undefined)) throw new TypeError("Who clicks nothing can neither decline nor choose scopes.");
  return silently ? await bounced(url, user) : await clicked(url, user, deny, scopes);
}

/** Sends the form without a browser session: the user is always asked. */
async function clicked(url: URL, user: string, deny: boolean, scopes: readonly string[] | undefined): Promise<URL> {
  const asked = (url.searchParams.get("scope") ?? "").split(" ");
  const form = new URLSearchParams({ step: deny ? "deny" : "allow", user });
  for (const scope of scopes ?? asked) form.append("scope", scope);
  return await redirected(await fetch(url, { method: "POST", body: form, redirect: "manual" }), 303);
}

async function bounced(url: URL, user: string): Promise<URL> {
  const signedIn = await fetch(url, { method: "POST", body: new URLSearchParams({ step: "sign-in", user }), redirect: "manual" });
  await redirected(signedIn, 303);
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const response = await fetch(url, { headers: { cookie }, redirect: "manual" });
  if (response.status !== 200) return await redirected(response, 302);
  await response.body?.cancel();
  throw new Error("/authorize asks the user: there was no approval that covers these scopes, or show_dialog is set.");
}

async function redirected(response: Response, status: 302 | 303): Promise<URL> {
  const location = response.headers.get("location");
  if (response.status !== status || location === null) throw new Error(`/authorize answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  await response.body?.cancel();
  return new URL(location, response.url);
}
