import { ConfigurationError } from "@refrain/core";
import type { ArgumentsHost } from "@nestjs/common";
import type { Caller } from "./caller.js";
import { httpCaller } from "./http-caller.js";

/** Who asks, by the kind of context that Nest runs the handler in. */
export function callerOf(host: ArgumentsHost): Caller {
  const type = host.getType<string>();
  switch (type) {
    case "http":
      return httpCaller(host);
    default:
      throw new ConfigurationError([`SpotifyGuard does not know who asks in a context of the type ${JSON.stringify(type)}. It guards http.`]);
  }
}
