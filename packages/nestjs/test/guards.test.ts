import { Controller, Get, Injectable, type PipeTransform, UseGuards } from "@nestjs/common";
import { APP_GUARD, ExternalContextCreator } from "@nestjs/core";
import { ConfigurationError, type SpotifySession } from "@refrain/core";
import { signInAs } from "@refrain/core/testing";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Spotify, SpotifyGuard, SpotifyOptional, SpotifyPublic, SpotifyScopes } from "../src/index.js";
import { script } from "client-kit/browser";
import { send } from "client-kit/http";
import { platforms } from "./support/platforms.js";
import { stage, type Stage } from "./support/stage.js";

const globally = { provide: APP_GUARD, useExisting: SpotifyGuard };

describe("@SpotifyScopes()", () => {
  test.each([
    [["user-top-reed"], '"user-top-reed"'],
    [["user-top-read user-library-read"], "which Spotify does not know"],
    [[["user-top-read"]], "which Spotify does not know"],
    [[undefined], "which Spotify does not know"],
  ])("%j is refused when the class is loaded: a guard that overlooks it would let people through", (scopes, problem) => {
    const load = (): unknown => {
      @Controller()
      @SpotifyScopes(...(scopes as never[]))
      class Misspelt {}
      return Misspelt;
    };
    expect(load).toThrow(ConfigurationError);
    expect(load).toThrow(problem);
  });
});

@Controller()
class ScopedAlone {
  @Get("alone")
  @SpotifyScopes("user-top-read")
  alone(): string {
    return "alone";
  }

  @Get("open")
  open(): string {
    return "open";
  }
}

describe.each(platforms)("%s: @SpotifyScopes() where nobody named a guard", (_, platform) => {
  test("guards by itself, and what stands beside it stays open", async () => {
    const { origin, auth } = await stage(platform, { controllers: [ScopedAlone] });
    expect((await send(origin, "/alone", { headers: script })).status).toBe(401);
    const without = await signInAs(auth, { user: "mira", scopes: [] });
    expect((await send(origin, "/alone", { headers: { ...script, cookie: without } })).status).toBe(403);
    const granted = await signInAs(auth, { user: "mira", scopes: ["user-top-read"] });
    expect(await send(origin, "/alone", { headers: { ...script, cookie: granted } })).toMatchObject({ status: 200, text: "alone" });
    expect((await send(origin, "/open", { headers: script })).status).toBe(200);
  });
});

@Controller()
@UseGuards(SpotifyGuard)
@SpotifyScopes("user-top-read")
class Scoped {
  @Get("class")
  ofClass(): string {
    return "class";
  }

  @Get("both")
  @SpotifyScopes("user-library-read", "user-top-read")
  both(@Spotify("scopes") scopes: readonly string[]): readonly string[] {
    return scopes;
  }
}

@Controller()
@UseGuards(SpotifyGuard)
class Extended extends Scoped {
  @Get("extended")
  @SpotifyScopes("user-follow-read")
  extended(): string {
    return "extended";
  }
}

describe.each(platforms)("%s: scopes", (_, platform) => {
  const refusal = async ({ origin, auth }: Stage, path: string, scopes: readonly ("user-top-read" | "user-library-read")[]): Promise<unknown> => {
    const cookie = await signInAs(auth, { user: "mira", scopes });
    const { status, text } = await send(origin, path, { headers: { ...script, cookie } });
    return status === 200 ? text : { status, ...(JSON.parse(text) as object) };
  };

  test("those of the class and those of its handler are asked for together, and those of the class it extends", async () => {
    const on = await stage(platform, { controllers: [Extended] });
    const missing = (...names: string[]): unknown => expect.objectContaining({ status: 403, code: "missing_scopes", missing: names });
    expect(await refusal(on, "/class", [])).toEqual(missing("user-top-read"));
    expect(await refusal(on, "/class", ["user-top-read"])).toBe("class");
    expect(await refusal(on, "/both", ["user-top-read"])).toEqual(missing("user-library-read"));
    expect(await refusal(on, "/both", ["user-library-read"])).toEqual(missing("user-top-read"));
    expect(await refusal(on, "/both", ["user-library-read", "user-top-read"])).toBe('["user-library-read","user-top-read"]');
    expect(await refusal(on, "/extended", ["user-library-read"])).toEqual(missing("user-follow-read", "user-top-read"));
  });

  test("missing scopes: a script gets 403 with the way out, a navigation grants them and comes back", async () => {
    const { browser, emulator, origin } = await stage(platform, { controllers: [Scoped] });
    await browser.open("/class");
    const refused = await browser.fetch("/both");
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.text)).toMatchObject({ code: "missing_scopes", missing: ["user-library-read"] });
    const page = await browser.open("/both");
    expect(page).toMatchObject({ status: 200, url: `${origin}/both` });
    expect(new Set(JSON.parse(page.text) as string[])).toEqual(new Set(["user-library-read", "user-top-read"]));
    expect(emulator.tokenCalls({ grantType: "authorization_code" })).toBe(2);
  });
});

@Controller("everything")
class Everything {
  @Get("unsaid")
  unsaid(): string {
    return "unsaid";
  }

  @Get("public")
  @SpotifyPublic()
  open(): string {
    return "public";
  }

  @Get("optional")
  @SpotifyOptional()
  optional(@Spotify() spotify: SpotifySession | null, @Spotify("user") user: SpotifySession["user"] | null): object {
    return { session: spotify?.user.id ?? null, user: user?.id ?? null };
  }

  @Get("unlooked")
  @SpotifyOptional()
  unlooked(): string {
    return "unlooked";
  }
}

@Controller("open")
@SpotifyPublic()
class Open {
  @Get("unsaid")
  unsaid(): string {
    return "unsaid";
  }

  @Get("scoped")
  @SpotifyScopes()
  scoped(): string {
    return "scoped";
  }

  @Get("guarded")
  @UseGuards(SpotifyGuard)
  guarded(): string {
    return "guarded";
  }

  @Get("optional")
  @SpotifyOptional()
  optional(@Spotify("user") user: SpotifySession["user"] | null): object {
    return { user: user?.id ?? null };
  }

  @Get("both")
  @SpotifyPublic()
  @SpotifyScopes("user-top-read")
  both(): string {
    return "both";
  }
}

@Controller("closed")
@UseGuards(SpotifyGuard)
class Closed extends Open {
  @Get("own")
  own(): string {
    return "own";
  }
}

describe.each(platforms)("%s: who may come", (_, platform) => {
  const set = (): Promise<Stage> => stage(platform, { controllers: [Everything, Open, Closed], providers: [globally] });
  const [everybody, nobody] = [200, 401];

  test.each([
    ["/everything/unsaid", nobody],
    ["/everything/public", everybody],
    ["/everything/optional", everybody],
    ["/open/unsaid", everybody],
    ["/open/scoped", nobody],
    ["/open/guarded", nobody],
    ["/open/optional", everybody],
    ["/open/both", nobody],
    ["/closed/own", nobody],
    ["/closed/unsaid", nobody],
    ["/closed/scoped", nobody],
    ["/closed/optional", everybody],
  ])("behind a guard for all, %s answers %i to who is not signed in", async (path, status) => {
    const { origin, auth } = await set();
    expect((await send(origin, path, { headers: script })).status).toBe(status);
    const cookie = await signInAs(auth, { user: "mira", scopes: ["user-top-read"] });
    expect((await send(origin, path, { headers: { ...script, cookie } })).status).toBe(200);
  });

  test("@SpotifyOptional() hands over null or the session; an answer that was made knowing somebody is for that browser only", async () => {
    const { origin, auth } = await set();
    const before = await send(origin, "/everything/optional", { headers: script });
    expect(before.text).toBe('{"session":null,"user":null}');
    expect(before.headers["vary"]).toBe("Cookie");
    expect(before.headers["cache-control"]).toBeUndefined();
    const cookie = await signInAs(auth, { user: "mira" });
    const after = await send(origin, "/everything/optional", { headers: { ...script, cookie } });
    expect(after.text).toBe('{"session":"mira","user":"mira"}');
    expect(after.headers).toMatchObject({ vary: "Cookie", "cache-control": "private, no-store" });
  });

  test("what is public reads no store and stays cacheable; what is optional reads it when somebody looks", async () => {
    const { origin, auth, storeReads } = await set();
    const cookie = await signInAs(auth, { user: "mira" });
    const reads = storeReads();
    for (const path of ["/everything/public", "/everything/unlooked"]) {
      const { headers, status } = await send(origin, path, { headers: { ...script, cookie } });
      expect([status, headers["vary"], headers["cache-control"], storeReads() - reads]).toEqual([200, undefined, undefined, 0]);
    }
    await send(origin, "/everything/optional", { headers: { ...script, cookie } });
    expect(storeReads() - reads).toBe(1);
  });

  test("while the store is down, whoever looks gets 503, and a handler that does not look is served", async () => {
    const { origin, auth, breakStore } = await set();
    const cookie = await signInAs(auth, { user: "mira" });
    breakStore();
    const headers = { ...script, cookie };
    expect(await send(origin, "/everything/unlooked", { headers })).toMatchObject({ status: 200 });
    for (const path of ["/everything/unsaid", "/everything/optional"])
      expect(await send(origin, path, { headers })).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  });
});

@Controller()
@UseGuards(SpotifyGuard)
class Twice {
  @Get("twice")
  @UseGuards(SpotifyGuard)
  twice(@Spotify() spotify: SpotifySession, @Spotify("id") id: string): boolean {
    return spotify.id === id;
  }
}

@Injectable()
class Upper implements PipeTransform<SpotifySession["user"], string> {
  transform(user: SpotifySession["user"]): string {
    return user.id.toUpperCase();
  }
}

@Controller()
@UseGuards(SpotifyGuard)
class Parts {
  @Get("parts")
  parts(
    @Spotify("user") user: SpotifySession["user"],
    @Spotify("phase") phase: string,
    @Spotify("expiresAt") at: number,
    @Spotify("renewUrl") url: null,
  ): object {
    return { user, phase, living: at > Date.now(), url };
  }

  @Get("piped")
  piped(@Spotify("user", Upper) shouted: string): string {
    return shouted;
  }
}

@Controller()
class Unguarded {
  @Get("unguarded")
  unguarded(@Spotify() spotify: SpotifySession): string {
    return spotify.user.id;
  }
}

describe.each(platforms)("%s: @Spotify()", (_, platform) => {
  test("several guards at once ask once: one reading of the store, one session", async () => {
    const { origin, auth, storeReads } = await stage(platform, { controllers: [Twice], providers: [globally] });
    const cookie = await signInAs(auth, { user: "mira" });
    const reads = storeReads();
    expect(await send(origin, "/twice", { headers: { ...script, cookie } })).toMatchObject({ status: 200, text: "true" });
    expect(storeReads() - reads).toBe(1);
  });

  test("hands over a part of the session by its name, and takes pipes", async () => {
    const { origin, auth } = await stage(platform, { controllers: [Parts] });
    const cookie = await signInAs(auth, { user: "mira" });
    const { text } = await send(origin, "/parts", { headers: { ...script, cookie } });
    expect(JSON.parse(text)).toEqual({ user: { id: "mira", spotifyId: "mira" }, phase: "active", living: true, url: null });
    expect(await send(origin, "/piped", { headers: { ...script, cookie } })).toMatchObject({ status: 200, text: "MIRA" });
  });

  test.each([
    ["no guard", { controllers: [Unguarded] }],
    ["@SpotifyPublic()", { controllers: [Public()], providers: [globally] }],
  ])("with %s before it says what to write, and shows nothing", async (_what, metadata) => {
    const { origin, auth } = await stage(platform, metadata);
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    onTestFinished(() => warned.mockRestore());
    const cookie = await signInAs(auth, { user: "mira" });
    const answer = await send(origin, "/unguarded", { headers: { ...script, cookie } });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toMatchObject({ code: "configuration_error" });
    const said = expect.stringContaining("@UseGuards(SpotifyGuard), and @SpotifyOptional() in place of @SpotifyPublic()") as string;
    expect(warned.mock.calls).toEqual([[said, expect.anything()]]);
  });

  test("in a context that nobody knows, the guard refuses and says so", async () => {
    const { app } = await stage(platform, { controllers: [Twice], providers: [globally] });
    const called = app
      .get(ExternalContextCreator)
      .create(
        app.get(Twice),
        Twice.prototype.twice as (...given: unknown[]) => unknown,
        "twice",
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
        "pigeon",
      );
    await expect(called({}, {})).rejects.toThrow('does not know who asks in a context of the type "pigeon"');
  });

  test("needs no metadata of the user's build", () => {
    for (const of of [Twice, Parts, Everything]) {
      expect(Reflect.getMetadata("design:paramtypes", of)).toBeUndefined();
      for (const name of Object.getOwnPropertyNames(of.prototype)) expect(Reflect.getMetadataKeys(of.prototype, name)).not.toContain("design:paramtypes");
    }
  });
});

function Public(): typeof Unguarded {
  @Controller()
  @SpotifyPublic()
  class PublicUnguarded extends Unguarded {}
  return PublicUnguarded;
}
