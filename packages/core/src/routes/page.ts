import type { Emitter } from "../events.js";
import type { PageDetails } from "../hooks.js";
import type { Settings } from "../settings/settings.js";
import { respond } from "./respond.js";
import { stylesheet } from "./stylesheet.js";

/** What a page is made with. */
export interface PageContext {
  readonly settings: Settings;
  readonly emitter: Emitter;
}

/** A page that says one thing and offers one button. */
export interface Page {
  readonly status: number;
  /** For whoever runs the app: what failed, by name and as a sentence. Absent on a page that tells of no failure. */
  readonly failure?: { readonly code: string; readonly message: string };
  /** What happened. */
  readonly title: string;
  /** What that means for the user. */
  readonly means: string;
  /** What to do about it. */
  readonly advice: string;
  readonly action: Action;
  /** Where else to look. */
  readonly link?: Link;
  readonly retryAfterMs?: number | undefined;
}

/** The one button: leads somewhere, or asks the same again. */
export type Action = Link | { readonly label: string; readonly again: "GET" | "POST" };

export interface Link {
  readonly label: string;
  readonly href: string;
}

/** SHA-256 of the stylesheet, so that it and nothing else is let in. A test compares. */
export const stylesheetHash = "sha256-X3bsjv7c8u0leVi4dK7r4zBP2GnPJaK3OwCFUkfYZbU=";

/**
 * The page as a response: the app's own where it renders one, else ours, complete without JavaScript. Nothing in it comes from the request. A failure has a reference,
 * which the page and an event share.
 */
export async function pageResponse({ settings, emitter }: PageContext, page: Page, cookies: readonly string[] = []): Promise<Response> {
  const { status, failure, retryAfterMs } = page;
  const reference = failure === undefined ? null : drawReference();
  if (failure !== undefined) emitter.emit("failureAnswered", { ...failure, reference });
  const wait = retryAfter(retryAfterMs);
  const rendered = await render(settings, detailsOf(page, reference), wait, cookies);
  return rendered ?? respond(status, html(page, reference), { ...ourHeaders, ...wait }, cookies);
}

/** The app's page. One that fails, or is none, must not hide what it was to tell. */
async function render({ pages }: Settings, details: PageDetails, wait: Readonly<Record<string, string>>, cookies: readonly string[]): Promise<Response | null> {
  try {
    const page = await pages.error?.(details);
    if (page === undefined || page === null) return null;
    const content = [...page.headers].filter(([name]) => name.startsWith("content-"));
    return respond(details.status, page.body, { ...leastPolicy, ...Object.fromEntries(content), ...wait }, cookies);
  } catch {
    return null;
  }
}

const leastPolicy = { "content-security-policy": "base-uri 'none'; frame-ancestors 'none'" };

function detailsOf({ status, title, means, advice, action, link, failure }: Page, reference: string | null): PageDetails {
  return { status, code: failure?.code ?? null, title, means, advice, action, link: link ?? null, reference };
}

const ourHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src '${stylesheetHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
};

function html({ title, means, advice, action, link }: Page, reference: string | null): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style>${stylesheet}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p class="lead">${escape(means)}</p>
<p>${escape(advice)}</p>
<div class="actions">${button(action)}</div>
${link === undefined ? "" : `<p><a href="${escape(link.href)}">${escape(link.label)}</a></p>\n`}${reference === null ? "" : `<p class="muted small">Reference <span class="code">${reference}</span></p>\n`}</main>
</body>
</html>
`;
}

/** In whole seconds, rounded up: coming back a moment early would be refused again. @see RFC 9110 section 10.2.3 */
export function retryAfter(ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) };
}

function button(action: Action): string {
  const label = escape(action.label);
  if (!("again" in action)) return `<a class="button primary" href="${escape(action.href)}">${label}</a>`;
  // An empty address is the page's own: it need not be repeated here.
  return action.again === "GET" ? `<a class="button primary" href="">${label}</a>` : `<form method="post"><button class="primary">${label}</button></form>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const alphabet = "ABCDEFGHJKMNPQRSTVWXYZ23456789";

/** For the user to quote and the operator to find in the log. Random, so it tells nothing. */
function drawReference(): string {
  const letters = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => alphabet[byte % alphabet.length]);
  return `${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
}
