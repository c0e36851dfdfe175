import type { ServerResponse } from "node:http";
import type { LogEntry } from "./log.js";
import type { World } from "./world.js";

/** The log as server-sent events: one `request` event for every entry that is opened or filled in. A reader that falls a mebibyte behind is cut off. */
export function streamEvents(world: World, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-content-type-options": "nosniff" });
  response.write("retry: 1000\n\n");
  const stop = world.log.listen((entry) => {
    if (isWatching(entry)) return;
    response.write(`event: request\nid: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`);
    if (response.writableLength > 1_048_576) response.destroy();
  });
  response.once("close", stop);
}

/** Looking at the emulator is no news to those who look. */
export function isWatching(entry: LogEntry): boolean {
  return entry.endpoint === "page" || (entry.endpoint === "control" && entry.method === "GET");
}
