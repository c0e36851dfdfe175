import { SetMetadata } from "@nestjs/common";
import { accessKey, type Access } from "./access.js";

/** Lets everybody through a global `SpotifyGuard`, without asking who it is: a handler, or all of a class. */
export function SpotifyPublic(): ClassDecorator & MethodDecorator {
  return SetMetadata(accessKey, "public" satisfies Access);
}
