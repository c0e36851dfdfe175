import { type DynamicModule, Module } from "@nestjs/common";
import { APP_FILTER, APP_GUARD } from "@nestjs/core";
import { ScheduleModule } from "@nestjs/schedule";
import { SpotifyAuthModule, SpotifyAuthService, SpotifyGuard } from "@refrain/nestjs";
import { sqliteStore } from "@refrain/sqlite";
import { createControls } from "demo-kit/controls";
import { loginOptions } from "demo-kit/login-options";
import type { Stage } from "demo-kit/start-demo";
import { createTrail } from "demo-kit/trail/trail";
import { AccountController } from "./account/account-controller.js";
import { AssetsController } from "./assets-controller.js";
import { AwayController } from "./away/away-controller.js";
import { AwayJob } from "./away/away-job.js";
import { Looks } from "./away/looks.js";
import { CONTROLS, ControlsController } from "./controls-controller.js";
import { FailureFilter } from "./failures/failure-filter.js";
import { SpotifyFailureFilter } from "./failures/spotify-failure-filter.js";
import { HomeController } from "./home-controller.js";
import { LastRequests } from "./last-requests.js";
import { LiveReaders } from "./live/live-readers.js";
import { NowPlayingGateway } from "./live/now-playing-gateway.js";
import { ListeningController } from "./listening-controller.js";
import { STAGE } from "./stage.js";
import { TRAIL, TrailController } from "./trail-controller.js";
import { WelcomeController } from "./welcome-controller.js";

@Module({})
export class AppModule {
  static on(stage: Stage): DynamicModule {
    const { emulator, clock, database } = stage;
    const stageModule = StageModule.of(stage);
    return {
      module: AppModule,
      imports: [
        stageModule,
        ScheduleModule.forRoot(),
        SpotifyAuthModule.forRootAsync({
          imports: [stageModule],
          inject: [Looks],
          useFactory: (looks: Looks) => {
            const options = loginOptions(stage);
            return {
              ...options,
              store: sqliteStore(database),
              pages: { ...options.pages, signIn: "/welcome" },
              onSignIn: ({ id }) => looks.meet(id),
            };
          },
          exceptionFilter: false,
        }),
      ],
      controllers: [
        WelcomeController,
        HomeController,
        ListeningController,
        AccountController,
        AwayController,
        TrailController,
        AssetsController,
        ...(emulator === undefined ? [] : [ControlsController]),
      ],
      providers: [
        AwayJob,
        LastRequests,
        LiveReaders,
        NowPlayingGateway,
        { provide: APP_GUARD, useExisting: SpotifyGuard },
        // Nest asks the last one first.
        { provide: APP_FILTER, useClass: FailureFilter },
        { provide: APP_FILTER, useClass: SpotifyFailureFilter },
        { provide: CONTROLS, useValue: emulator === undefined ? null : createControls(emulator, clock) },
        { provide: TRAIL, inject: [SpotifyAuthService], useFactory: ({ auth }: SpotifyAuthService) => createTrail(auth, clock, emulator) },
      ],
    };
  }
}

/** What the app is made with, for the module of the sign-in as well. */
@Module({})
class StageModule {
  static of(stage: Stage): DynamicModule {
    return { module: StageModule, global: true, providers: [{ provide: STAGE, useValue: stage }, Looks], exports: [STAGE, Looks] };
  }
}
