import type { Provider, Type } from "@nestjs/common";
import { ModulesContainer } from "@nestjs/core";
import { SpotifyExceptionFilter } from "../spotify-exception-filter.js";

// As @nestjs/websockets and @UseFilters() name them.
const gatewayKey = "websockets:is_gateway";
const filtersKey = "__exceptionFilters__";

const ours = new WeakSet<object>();

/** Puts our filter behind those that gateways name themselves: Nest's global filters do not reach gateways, where each error would be "Internal server error". */
export function filterOfGateways(isWanted: boolean): Provider {
  return {
    provide: filterOfGateways,
    inject: [ModulesContainer, SpotifyExceptionFilter],
    useFactory: (modules: ModulesContainer, filter: SpotifyExceptionFilter) => putFilter(modules, isWanted ? filter : null),
  };
}

/** @param filter `null`: none, not even that of another app in this process, which has the same classes. */
function putFilter(modules: ModulesContainer, filter: SpotifyExceptionFilter | null): void {
  if (filter !== null) ours.add(filter);
  const classes = [...modules.values()].flatMap(({ providers }) => [...providers.values()].map(({ metatype }) => metatype));
  for (const gateway of classes.filter(isGateway)) {
    const named = ((Reflect.getMetadata(filtersKey, gateway) ?? []) as readonly object[]).filter((one) => !ours.has(one));
    Reflect.defineMetadata(filtersKey, filter === null ? named : [filter, ...named], gateway);
  }
}

function isGateway(metatype: unknown): metatype is Type {
  return typeof metatype === "function" && Reflect.hasMetadata(gatewayKey, metatype);
}
