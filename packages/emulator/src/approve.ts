/** What a user does on the consent page. */
export interface Clicks {
  /** User id. */
  readonly user: string;
  /** Declines instead. @defaultValue false */
  readonly deny?: boolean;
  /** Grants only these of the scopes asked for. @defaultValue all of them */
  readonly scopes?: readonly string[];
}

/** Opens the consent page and sends its form, without a browser session: the user is always asked. */
export async function approveOverHttp(origin: string, authorizeUrl: string | URL, { user, deny = false, scopes }: Clicks): Promise<URL> {
  const url = new URL(authorizeUrl);
  if (url.origin !== origin) throw new TypeError(`approve() takes an address of ${origin}.`);
  const asked = (url.searchParams.get("scope") ?? "").split(" ");
  const form = new URLSearchParams({ step: deny ? "deny" : "allow", user });
  for (const scope of scopes ?? asked) form.append("scope", scope);
  const response = await fetch(url, { method: "POST", body: form, redirect: "manual" });
  const location = response.headers.get("location");
  if (response.status !== 303 || location === null) throw new Error(`/authorize answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  await response.body?.cancel();
  return new URL(location);
}
