import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Workflows run only actions pinned by commit, with the permissions they name, and never foreign code with our rights. */
export async function workflows() {
  const folder = fileURLToPath(new URL("../../.github/workflows/", import.meta.url));
  const files = readdirSync(folder);
  if (files.length === 0) throw new Error("There is no workflow to look at.");
  const wrong = files.flatMap((file) => mistakes(readFileSync(folder + file, "utf8")).map((mistake) => `.github/workflows/${file}: ${mistake}`));
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function mistakes(text) {
  const loose = [...text.matchAll(/^\s*(?:- )?uses:\s*(\S+)/gm)].map(([, action = ""]) => action).filter((action) => !/@[0-9a-f]{40}$/.test(action));
  return [
    ...loose.map((action) => `${action} is not pinned by commit`),
    ...(/^permissions:/m.test(text) ? [] : ["names no permissions"]),
    ...(/pull_request_target|workflow_run/.test(text) ? ["runs foreign code with our rights"] : []),
    ...(/secrets\./.test(text) ? ["uses a secret"] : []),
  ];
}
