import type { SpotifyAuthOptions } from "@refrain/core";
import { createSpotifyAuth } from "@refrain/core";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { Spotify, SpotifyAuthModule, type SpotifyAuthModuleOptions, type SpotifyAuthOptionsFactory, SpotifyScopes } from "../src/index.js";
import { SpotifyAuthTestingModule, testingOptions } from "../src/testing/index.js";

/** As Express has it, with a session middleware. */
interface SessionRequest extends IncomingMessage {
  readonly session: { readonly user?: string };
}

test("the option subject knows its request: Node's, or what the app says it is", () => {
  const subject = ({ session }: SessionRequest): string | null => session.user ?? null;
  const plain: SpotifyAuthOptions = { clientId: "id" };
  class Factory implements SpotifyAuthOptionsFactory<SessionRequest> {
    createSpotifyAuthOptions(): SpotifyAuthModuleOptions<SessionRequest> {
      return { subject };
    }
  }
  const modules = [
    SpotifyAuthModule.forRoot(),
    SpotifyAuthModule.forRoot(plain),
    SpotifyAuthModule.forRoot({ subject }),
    SpotifyAuthModule.forRoot({ subject: ({ headers }) => headers.authorization ?? null }),
    SpotifyAuthModule.forRoot(createSpotifyAuth(testingOptions())),
    SpotifyAuthModule.forRootAsync({ useFactory: () => plain }),
    SpotifyAuthModule.forRootAsync({ useFactory: async () => ({ subject }) }),
    SpotifyAuthModule.forRootAsync({ useFactory: () => ({ subject: ({ headers }: IncomingMessage) => headers.authorization ?? null }) }),
    SpotifyAuthModule.forRootAsync({ useClass: Factory, isGlobal: false, exceptionFilter: false }),
    SpotifyAuthTestingModule.forRoot({ subject }),
  ];
  expect(modules).toHaveLength(10);
});

test("decorators know the scopes there are and the parts of a session", () => {
  // @ts-expect-error Spotify knows no such scope
  expect(() => SpotifyScopes("user-top-reed")).toThrow("user-top-reed");
  // @ts-expect-error a session has no such part
  expect(Spotify("token")).toBeInstanceOf(Function);
});
