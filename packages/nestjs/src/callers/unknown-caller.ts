import type { ArgumentsHost } from "@nestjs/common";
import { ConfigurationError } from "@refrain/core";
import type { Caller } from "./caller.js";

/** Whoever asks over a transport that nobody signs in over, such as a queue or another service. */
export function unknownCaller(host: ArgumentsHost): Caller {
  const type = host.getType<string>();
  const unknown = (): never => {
    throw new ConfigurationError([
      `SpotifyGuard does not know who asks in a context of the type ${JSON.stringify(type)}: it guards http, graphql and ws. Elsewhere use SpotifyAuthService.forUser().`,
    ]);
  };
  return {
    key: host,
    call: host,
    get request() {
      return unknown();
    },
    page: null,
    turnsAway: unknown,
    keepPrivate: unknown,
    tell(_auth, error) {
      throw error;
    },
  };
}
