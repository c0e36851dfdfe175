import type { Stop } from "demo-kit/walk/stop";
import { expect } from "demo-kit/walk/surprise";

export async function lookWhileAway({ browser }: Stop): Promise<string> {
  const page = await browser.submit("/away/look");
  const heard = /<dt><time[^>]*>[^<]*<\/time><\/dt>\s*<dd>([^<]+)<\/dd>/.exec(page.text)?.[1];
  expect(heard !== undefined, "nothing was heard");
  return `Heard: ${heard}.`;
}
