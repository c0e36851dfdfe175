import { Controller, Get } from "@nestjs/common";
import { APP_GUARD, NestFactory } from "@nestjs/core";
import { ClientProxyFactory, MessagePattern, type MicroserviceOptions, Transport } from "@nestjs/microservices";
import { memoryStore } from "@refrain/core";
import type { AddressInfo, Server } from "node:net";
import { firstValueFrom } from "rxjs";
import { expect, onTestFinished, test } from "vitest";
import { SpotifyAuthService, SpotifyGuard, SpotifyPublic } from "../src/index.js";
import { SpotifyAuthTesting, SpotifyAuthTestingModule } from "../src/testing/index.js";
import { platforms } from "./support/platforms.js";
import { stage } from "./support/stage.js";

@Controller()
class Both {
  @Get("me")
  me(): string {
    return "me";
  }

  @MessagePattern("guarded")
  guarded(): string {
    return "never";
  }

  @MessagePattern("public")
  @SpotifyPublic()
  open(): string {
    return "public";
  }
}

test.each(platforms)("%s: messages of a microservice meet a global guard, are refused, and the app goes on", async (_, platform) => {
  const servers: Server[] = [];
  const { browser } = await stage(platform, {
    controllers: [Both],
    providers: [{ provide: APP_GUARD, useExisting: SpotifyGuard }],
    main: async (app) => {
      const service = app.connectMicroservice({ transport: Transport.TCP, options: { host: "127.0.0.1", port: 0 } }, { inheritAppConfig: true });
      await app.startAllMicroservices();
      servers.push(service.unwrap<Server>());
    },
  });
  const [{ port } = { port: 0 }] = servers.map((server) => server.address() as AddressInfo);
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: "127.0.0.1", port } });
  onTestFinished(() => client.close());
  await expect(firstValueFrom(client.send("guarded", {}))).rejects.toMatchObject({ code: "configuration_error" });
  expect(await firstValueFrom(client.send<string>("public", {}))).toBe("public");
  expect(await browser.open("/me")).toMatchObject({ status: 200 });
});

test("a microservice without HTTP works for its users and closes what it opened", async () => {
  let closed = 0;
  const store = { ...memoryStore(), close: async () => void closed++ };
  const module = { ...SpotifyAuthTestingModule.forRoot({ store }), controllers: [Both] };
  const service = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    transport: Transport.TCP,
    options: { host: "127.0.0.1", port: 0 },
    logger: false,
    abortOnError: false,
  });
  await service.listen();
  await service.get(SpotifyAuthTesting).signIn({ user: "mira" });
  expect(await service.get(SpotifyAuthService).forUser("mira").status()).toMatchObject({ phase: "active" });
  await service.close();
  expect(closed).toBe(1);
});
