import { html, type Html } from "../html.js";

/** A subject of a page, under its heading. */
export function section(title: string, contents: Html): Html {
  const id = `about-${title.toLowerCase().replaceAll(" ", "-")}`;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${contents}
  </section>`;
}
