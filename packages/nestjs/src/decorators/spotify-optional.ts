import { SetMetadata } from "@nestjs/common";
import { accessKey, type Access } from "./access.js";

/** Lets everybody through `SpotifyGuard`; `@Spotify()` is `null` for who is not signed in. */
export function SpotifyOptional(): ClassDecorator & MethodDecorator {
  return SetMetadata(accessKey, "optional" satisfies Access);
}
