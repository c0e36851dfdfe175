import { html, type Html } from "../html.js";

/** An instant for people: `3 June 2026`. @param at Unix ms */
export function day(at: number): string {
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

/** An instant for people and programs: `3 Jun 2026, 12:00`. @param at Unix ms */
export function moment(at: number): Html {
  const date = new Date(at);
  const words = date.toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  return html`<time datetime="${date.toISOString()}">${words}</time>`;
}
