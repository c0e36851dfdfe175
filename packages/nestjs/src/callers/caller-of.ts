import type { ArgumentsHost } from "@nestjs/common";
import type { Caller } from "./caller.js";
import { graphqlCaller } from "./graphql-caller.js";
import { httpCaller } from "./http-caller.js";
import { socketCaller } from "./socket-caller.js";
import { unknownCaller } from "./unknown-caller.js";

/** Who asks, by the kind of context that Nest runs the handler in. */
export function callerOf(host: ArgumentsHost): Caller {
  switch (host.getType<string>()) {
    case "http":
      return httpCaller(host);
    case "graphql":
      return graphqlCaller(host);
    case "ws":
      return socketCaller(host);
    default:
      return unknownCaller(host);
  }
}
