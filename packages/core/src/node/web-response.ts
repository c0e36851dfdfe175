import { hideFromSharedCaches, vary } from "./keep-private.js";
import { isClosed, type NodeResponse } from "./node-message.js";

/** What an app says of a body of its own. Its policies are of the page, whoever writes it. */
const ofItsBody = /^(?:content-(?!security-policy)|(?:etag|last-modified)$)/i;

/**
 * Sends an answer of core's. Cookies and `Vary` are added to what the app has already set; other headers replace the app's, and what it said of a body that is not sent
 * now is gone. Ends with the answer, or when the browser has left.
 *
 * @throws Node's error when another answer is on its way already.
 */
export async function sendWebResponse(response: NodeResponse, answer: Response): Promise<void> {
  try {
    sendHead(response, answer);
  } catch (error) {
    void answer.body?.cancel().catch(() => {});
    throw error;
  }
  if (answer.body === null) response.end();
  else await sendBody(response, answer.body);
}

function sendHead(response: NodeResponse, { status, headers }: Response): void {
  for (const name of response.getHeaderNames()) if (ofItsBody.test(name)) response.removeHeader(name);
  hideFromSharedCaches(response);
  response.statusCode = status;
  for (const [name, value] of headers) {
    if (name === "set-cookie") response.appendHeader(name, value);
    else if (name === "vary") vary(response, value);
    else response.setHeader(name, value);
  }
}

/** Whichever side ends early, the other is ended too; then there is nobody left to tell. */
async function sendBody(response: NodeResponse, body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  let goOn = (): void => {};
  // Once for the whole body: where a middleware compresses, the listener moves to a stream of its own, and nobody can take it back.
  response.on("drain", () => goOn());
  const leave = (): void => {
    void reader.cancel().catch(() => {});
    goOn();
  };
  response.once("close", leave);
  try {
    while (!isClosed(response)) {
      const { done, value } = await reader.read();
      if (done) return void response.end();
      if (!response.write(value) && !isClosed(response)) await new Promise<void>((resolve) => (goOn = resolve));
    }
    leave();
  } catch {
    response.destroy();
  }
}
