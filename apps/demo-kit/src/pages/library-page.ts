import type { PageDetails } from "@refrain/core";
import { failurePage } from "../failure-page.js";
import { html, type Html } from "../html.js";

/** Shows the library's pages in the demo's frame. What they say stays as it is. @param policy The content security policy of all pages. */
export function libraryPage(emulated: boolean, policy: string): (page: PageDetails) => Response {
  return ({ title, means, advice, action, link, reference }) => {
    const button = html`${buttonOf(action)} ${link === null ? null : html`<p><a href="${link.href}">${link.label}</a></p>`}`;
    const page = failurePage({ what: title, means, remedy: advice, button, emulated, ...(reference === null ? {} : { reference }) });
    return new Response(page, { headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy } });
  };
}

function buttonOf(action: PageDetails["action"]): Html {
  if ("href" in action) return html`<a class="button primary" href="${action.href}">${action.label}</a>`;
  // An empty address is the page's own.
  if (action.again === "GET") return html`<a class="button primary" href="">${action.label}</a>`;
  return html`<form method="post"><button class="primary">${action.label}</button></form>`;
}
