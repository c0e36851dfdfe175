import { SetMetadata } from "@nestjs/common";
import { checkedNeed, type SpotifyScope } from "@refrain/core";
import { scopesKey } from "./access.js";

/**
 * What the user must have granted. Of a class and its handler together: both.
 *
 * @throws ConfigurationError when Spotify knows no such scope: when the class is loaded, not at the first request.
 */
export function SpotifyScopes(...scopes: readonly SpotifyScope[]): ClassDecorator & MethodDecorator {
  checkedNeed({ scopes }, "@SpotifyScopes()");
  return SetMetadata(scopesKey, scopes);
}
