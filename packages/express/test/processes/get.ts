import { Agent, get as request } from "node:http";
import type { Answer } from "client-kit/http";

const agent = new Agent({ keepAlive: true, maxSockets: 1_024 });

/** One request; connections are used again, so that thousands at once cost the test little. */
export function get(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
  });
}
