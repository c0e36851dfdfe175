import { type DynamicModule, Inject, type MiddlewareConsumer, Module, type NestModule, Optional, type Provider } from "@nestjs/common";
import { APP_FILTER, HttpAdapterHost, ModulesContainer } from "@nestjs/core";
import { ConfigurationError, createSpotifyAuth } from "@refrain/core";
import type { IncomingMessage } from "node:http";
import {
  ConfigurableModule,
  SPOTIFY_AUTH_OPTIONS,
  type SpotifyAuthModuleAsyncOptions,
  type SpotifyAuthModuleExtras,
  type SpotifyAuthModuleOptions,
} from "./module-options.js";
import { mountRoutes } from "./mount-routes.js";
import { filterOfGateways } from "./sockets/filter-of-gateways.js";
import { SpotifyAuthService } from "./spotify-auth-service.js";
import { SpotifyExceptionFilter } from "./spotify-exception-filter.js";
import { SpotifyGuard } from "./spotify-guard.js";

/** Serves the sign-in routes, and provides `SpotifyGuard` and `SpotifyAuthService`. Once, in the root module. */
@Module({})
export class SpotifyAuthModule implements NestModule {
  readonly #service: SpotifyAuthService;
  readonly #http: HttpAdapterHost;

  constructor(
    @Optional() @Inject(SpotifyAuthService) service: SpotifyAuthService | undefined,
    @Inject(HttpAdapterHost) http: HttpAdapterHost,
    @Inject(ModulesContainer) modules: ModulesContainer,
  ) {
    const count = [...modules.values()].filter(({ metatype }) => metatype === SpotifyAuthModule).length;
    if (service === undefined || count > 1) {
      throw new ConfigurationError([
        `SpotifyAuthModule is imported ${count > 1 ? "more than once" : "as it is"}: write forRoot() or forRootAsync() in the imports of the root module, once.`,
      ]);
    }
    this.#service = service;
    this.#http = http;
  }

  /**
   * Sets everything up by options; what they leave out comes from the environment. They are read when the app starts.
   *
   * @typeParam RawRequest What the platform has for Node's request, for the option `subject`: `Request` of Express.
   */
  static forRoot<RawRequest = IncomingMessage>(options: SpotifyAuthModuleOptions<RawRequest> = {}, extras: SpotifyAuthModuleExtras = {}): DynamicModule {
    return SpotifyAuthModule.forRootAsync({ useFactory: () => options, ...extras });
  }

  /**
   * The same with options that other providers make.
   *
   * @throws ConfigurationError when nothing says where the options come from.
   */
  static forRootAsync<RawRequest = IncomingMessage>(options: SpotifyAuthModuleAsyncOptions<RawRequest>): DynamicModule {
    const { useFactory, useClass, useExisting, isGlobal = true, exceptionFilter = true } = options;
    if ([useFactory, useClass, useExisting].filter((source) => source !== undefined).length !== 1) {
      throw new ConfigurationError(["SpotifyAuthModule.forRootAsync() takes one of useFactory, useClass and useExisting."]);
    }
    const { imports = [], providers = [] } = ConfigurableModule.forRootAsync(options as SpotifyAuthModuleAsyncOptions);
    const filter: Provider[] = exceptionFilter ? [{ provide: APP_FILTER, useExisting: SpotifyExceptionFilter }] : [];
    return {
      module: SpotifyAuthModule,
      global: isGlobal,
      imports,
      providers: [...providers, service, SpotifyGuard, SpotifyExceptionFilter, ...filter, filterOfGateways(exceptionFilter)],
      exports: [SpotifyAuthService, SpotifyGuard, SpotifyExceptionFilter],
    };
  }

  /** Called by Nest. The routes are not mounted by `forRoutes()`, which misses them under a global prefix. */
  configure(_consumer: MiddlewareConsumer): void {
    mountRoutes(this.#service.auth, this.#http.httpAdapter);
  }
}

const service: Provider = {
  provide: SpotifyAuthService,
  inject: [SPOTIFY_AUTH_OPTIONS],
  useFactory(options: SpotifyAuthModuleOptions | null | undefined) {
    if (options === null || typeof options !== "object") {
      throw new ConfigurationError(["SpotifyAuthModule: the options are missing. What makes them must return an object; {} for those of the environment."]);
    }
    return "handle" in options ? new SpotifyAuthService(options, false) : new SpotifyAuthService(createSpotifyAuth(options), true);
  },
};
