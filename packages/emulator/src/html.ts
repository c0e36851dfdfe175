import type { Answer } from "./answer.js";

/** Markup that is safe to insert as it stands. Made by {@link html} only. */
export interface Html {
  readonly markup: string;
}

type Insert = string | number | Html | readonly Html[] | null;

/** Markup from a template: everything inserted is escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return { markup: strings.reduce((markup, string, index) => markup + render(inserts[index - 1] ?? null) + string) };
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Where the forms of the page may lead besides the emulator itself: sources of the CSP directive `form-action`. */
  readonly formTargets?: string;
  /** Whether the live trail's script runs. @defaultValue false */
  readonly live?: boolean;
}

/** A whole page of the emulator: plainly not Spotify's, no inline style or script, nothing from elsewhere, in nobody's frame. */
export function page(status: number, { title, body, formTargets = "", live = false }: Page): Answer {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/_emulator/style.css" />
        <link rel="icon" href="/favicon.ico" />
        ${live ? html`<script src="/_emulator/live.js" defer></script>` : null}
      </head>
      <body>
        <aside class="banner">local emulator: no real account</aside>
        ${body}
      </body>
    </html> `;
  const policy = `default-src 'none'; style-src 'self'; img-src 'self'; script-src ${live ? "'self'" : "'none'"}; connect-src ${live ? "'self'" : "'none'"}; form-action 'self'${formTargets && ` ${formTargets}`}; base-uri 'none'; frame-ancestors 'none'`;
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // With no-referrer browsers send `Origin: null` from our own forms.
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    },
    body: markup,
  };
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function render(insert: Insert): string {
  if (insert === null) return "";
  if (typeof insert === "number") return String(insert);
  if (typeof insert === "string") return insert.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
  return "markup" in insert ? insert.markup : insert.map(({ markup }) => markup).join("");
}
