import { loadOnce } from "../load-once.js";
import type { TokenAnswer } from "./token-answer.js";
import type { TokenEndpoint, TokenEndpointOptions } from "./token-endpoint.js";

/** The token endpoint, loaded with its first request: whoever only reads sessions never pays for it. What cannot be loaded sends nothing, and is tried anew. */
export function tokenEndpointOnUse(options: TokenEndpointOptions): TokenEndpoint {
  const load = loadOnce(async () => {
    const { tokenEndpoint } = await import("./token-endpoint.js");
    return tokenEndpoint(options);
  });

  async function ask(send: (endpoint: TokenEndpoint) => Promise<TokenAnswer>): Promise<TokenAnswer> {
    const endpoint = await load().catch(() => null);
    return endpoint === null ? { kind: "notSent" } : send(endpoint);
  }

  return {
    refresh: (...request) => ask((endpoint) => endpoint.refresh(...request)),
    exchange: (...request) => ask((endpoint) => endpoint.exchange(...request)),
  };
}
