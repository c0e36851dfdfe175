import type { Response } from "express";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Sends an answer of core's. Cookies and `Vary` are added to what the app has already set; other headers replace the app's.
 *
 * @throws Node's error when another answer is on its way already.
 */
export async function sendWebResponse(response: Response, answer: globalThis.Response): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (name === "set-cookie") response.append(name, value);
    else if (name === "vary") response.vary(value);
    else response.setHeader(name, value);
  }
  if (answer.body === null) {
    response.end();
    return;
  }
  // Whichever side ends early, the other is ended too; then there is nobody left to tell.
  await pipeline(Readable.fromWeb(answer.body), response).catch(() => {});
}
