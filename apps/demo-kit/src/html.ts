/** Markup that is safe to insert as it stands. Made by {@link html} only. */
export interface Html {
  readonly markup: string;
}

type Insert = string | number | Html | readonly Html[] | null;

/** Markup from a template: everything inserted is escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return { markup: strings.reduce((markup, string, index) => markup + render(inserts[index - 1] ?? null) + string) };
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function render(insert: Insert): string {
  if (insert === null) return "";
  if (typeof insert === "number") return String(insert);
  if (typeof insert === "string") return insert.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
  return "markup" in insert ? insert.markup : insert.map(({ markup }) => markup).join("");
}
