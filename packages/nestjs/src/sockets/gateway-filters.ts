import { Inject, Injectable, type Type } from "@nestjs/common";
import { ModulesContainer } from "@nestjs/core";
import { SpotifyExceptionFilter } from "../spotify-exception-filter.js";

// As @nestjs/websockets and @UseFilters() name them.
const gatewayKey = "websockets:is_gateway";
const filtersKey = "__exceptionFilters__";

/** Puts our filter behind those that gateways name themselves: Nest's global filters do not reach gateways, where each error would be "Internal server error". */
@Injectable()
export class GatewayFilters {
  constructor(@Inject(ModulesContainer) modules: ModulesContainer, @Inject(SpotifyExceptionFilter) filter: SpotifyExceptionFilter) {
    const classes = [...modules.values()].flatMap(({ providers }) => [...providers.values()].map(({ metatype }) => metatype));
    for (const gateway of classes) if (isGateway(gateway)) Reflect.defineMetadata(filtersKey, [filter, ...filtersOf(gateway)], gateway);
  }
}

function isGateway(metatype: unknown): metatype is Type {
  return typeof metatype === "function" && Reflect.hasMetadata(gatewayKey, metatype);
}

/** Without that of another app in this process, which has the same class. */
function filtersOf(gateway: Type): readonly unknown[] {
  const filters = (Reflect.getMetadata(filtersKey, gateway) ?? []) as readonly unknown[];
  return filters.filter((one) => !(one instanceof SpotifyExceptionFilter));
}
