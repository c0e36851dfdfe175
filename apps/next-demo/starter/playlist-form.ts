/** The fields of the playlist's form as a browser without JavaScript sends them: what Next hid in it, and the name. */
export function playlistForm(page: string, name: string): FormData {
  const form = new FormData();
  const [, inside = ""] = /<form class="stack"[^>]*>(.*?)<\/form>/s.exec(page) ?? [];
  for (const [input] of inside.matchAll(/<input type="hidden"[^>]*>/g)) form.set(attribute(input, "name"), attribute(input, "value"));
  form.set("name", name);
  return form;
}

function attribute(tag: string, name: string): string {
  const [, value = ""] = new RegExp(` ${name}="([^"]*)"`).exec(tag) ?? [];
  return value.replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
