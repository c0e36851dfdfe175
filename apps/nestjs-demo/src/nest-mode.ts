import type { INestApplication } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { WsAdapter } from "@nestjs/platform-ws";
import { SpotifyAuthService, SpotifyWsAdapter } from "@refrain/nestjs";
import { securityHeaders } from "demo-kit/security-headers";
import type { Play, Stage } from "demo-kit/start-demo";
import { AppModule } from "./app-module.js";
import { OperatorLog } from "./operator-log.js";
import { platforms, type PlatformName } from "./platforms.js";

export interface NestPlay extends Play {
  readonly app: INestApplication;
}

/** The app on one of Nest's platforms: what `main.ts` is elsewhere. */
export function nestMode(name: PlatformName): (stage: Stage) => Promise<NestPlay> {
  const platform = platforms[name];
  return async (stage) => {
    const adapter = platform.adapter(stage.server);
    platform.setHeaders(adapter, securityHeaders(stage.origin, stage.spotify));
    const app = await NestFactory.create(AppModule.on(stage), adapter, { abortOnError: false, logger: new OperatorLog(stage.log) });
    app.useWebSocketAdapter(new SpotifyWsAdapter(app, new WsAdapter(app)));
    await app.init();
    await platform.ready(app);
    return { app, auth: app.get(SpotifyAuthService).auth, close: () => app.close() };
  };
}
