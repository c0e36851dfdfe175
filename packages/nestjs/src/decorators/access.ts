import type { ExecutionContext } from "@nestjs/common";
import type { SpotifyScope } from "@refrain/core";

/** What a class or a handler says about who may come. */
export type Access = "public" | "optional";

export const accessKey = "refrain:access";
export const scopesKey = "refrain:scopes";

/** What a handler needs: what it says itself, else its class; scopes are those of both. */
export function accessOf(context: ExecutionContext): { readonly access: Access | "required"; readonly scopes: readonly SpotifyScope[] } {
  const [own, around] = [context.getHandler(), context.getClass()].map((target) => ({
    access: Reflect.getMetadata(accessKey, target) as Access | undefined,
    scopes: Reflect.getMetadata(scopesKey, target) as readonly SpotifyScope[] | undefined,
  }));
  const scopes = [...new Set([...(around?.scopes ?? []), ...(own?.scopes ?? [])])];
  if (own?.access !== undefined) return { access: own.access, scopes };
  return { access: own?.scopes === undefined ? (around?.access ?? "required") : "required", scopes };
}
