import type { CanActivate, ExecutionContext, Type } from "@nestjs/common";
import type { SpotifyScope } from "@refrain/core";

/** Who may come. */
export type Access = "public" | "optional" | "required";

export const accessKey = "refrain:access";
export const scopesKey = "refrain:scopes";

/** What a handler asks for: as the handler says, else its class, else the class that one extends. Scopes are those of all. */
export function accessOf(context: ExecutionContext, guard: unknown): { readonly access: Access; readonly scopes: readonly SpotifyScope[] } {
  const statements = [...targets(context)].map((target) => statementOf(target, guard));
  return {
    access: statements.find(({ access }) => access !== undefined)?.access ?? "required",
    scopes: [...new Set(statements.flatMap(({ scopes }) => scopes))],
  };
}

function* targets(context: ExecutionContext): Generator<object> {
  yield context.getHandler();
  for (let target: object | null = context.getClass(); typeof target === "function"; target = Object.getPrototypeOf(target) as object | null) yield target;
}

interface Statement {
  readonly access: Access | undefined;
  readonly scopes: readonly SpotifyScope[];
}

/** Who names scopes, or the guard, means it, whatever is public around. */
function statementOf(target: object, guard: unknown): Statement {
  const scopes = Reflect.getOwnMetadata(scopesKey, target) as readonly SpotifyScope[] | undefined;
  const access = Reflect.getOwnMetadata(accessKey, target) as Access | undefined;
  const guards = Reflect.getOwnMetadata("__guards__", target) as readonly (CanActivate | Type<CanActivate>)[] | undefined;
  if (scopes !== undefined) return { access: "required", scopes };
  return { access: access ?? (guards?.some((one) => one === guard) === true ? "required" : undefined), scopes: [] };
}
