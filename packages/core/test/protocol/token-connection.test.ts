import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Server } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve, serveBody } from "./loopback-server.js";
import { selfSigned } from "./self-signed.js";
import { endpointAt, endpointOf, TOKENS } from "./tokens.js";

const NOT_SENT = { kind: "notSent" };
const CONNECTION = { kind: "ambiguous", retryAfterMs: null, cause: "connection" };
const OVERSIZE = { kind: "ambiguous", retryAfterMs: null, cause: "oversize" };

async function portOf(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

describe("nothing was sent", () => {
  it("when the port is closed", async () => {
    const server = createServer();
    const port = await portOf(server);
    server.close();
    await once(server, "close");
    expect(await endpointAt(`http://127.0.0.1:${String(port)}`).refresh("AQold")).toEqual(NOT_SENT);
  });

  it("when nobody vouches for the certificate", async () => {
    let requests = 0;
    const port = await portOf(createHttpsServer(selfSigned(), () => (requests += 1)));
    expect(await endpointAt(`https://127.0.0.1:${String(port)}`).refresh("AQold")).toEqual(NOT_SENT);
    expect(requests).toBe(0);
  });

  it("when the other side speaks no TLS", async () => {
    const port = await portOf(createHttpServer(() => expect.unreachable("a request arrived")));
    expect(await endpointAt(`https://127.0.0.1:${String(port)}`).refresh("AQold")).toEqual(NOT_SENT);
  });

  it.each([
    ["the name is unknown", { errno: -3008, code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "accounts.spotify.com" }],
    ["the resolver is down", { errno: -3001, code: "EAI_AGAIN", syscall: "getaddrinfo", hostname: "accounts.spotify.com" }],
    ["the connection is refused", { errno: -111, code: "ECONNREFUSED", syscall: "connect", address: "192.0.2.1", port: 443 }],
    ["connecting takes too long for undici", { name: "ConnectTimeoutError", code: "UND_ERR_CONNECT_TIMEOUT" }],
    ["connecting takes too long for the system", { errno: -110, code: "ETIMEDOUT", syscall: "connect" }],
    ["there is no route to the host", { code: "EHOSTUNREACH", syscall: "connect" }],
    ["there is no network", { code: "ENETUNREACH", syscall: "connect" }],
    ["the certificate has expired", { code: "CERT_HAS_EXPIRED" }],
    ["the certificate is for another name", { code: "ERR_TLS_CERT_ALTNAME_INVALID", reason: "Host: accounts.spotify.com. is not in the cert's altnames" }],
    ["the issuer of the certificate is unknown", { code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" }],
    ["the network puts its own certificate in", { code: "SELF_SIGNED_CERT_IN_CHAIN" }],
  ])("when %s", async (_why, cause) => expect(await afterFailure(fetchFailed(cause))).toEqual(NOT_SENT));

  it("when every address failed to connect, as happy eyeballs reports it", async () => {
    const errors = [
      failure({ code: "ECONNREFUSED", syscall: "connect", address: "::1" }),
      failure({ code: "ETIMEDOUT", syscall: "connect", address: "127.0.0.1" }),
    ];
    expect(await afterFailure(new TypeError("fetch failed", { cause: Object.assign(new AggregateError(errors), { code: "ECONNREFUSED" }) }))).toEqual(NOT_SENT);
  });

  it("when the signal was aborted before", async () => {
    const endpoint = endpointOf(() => expect.unreachable("a request was sent"));
    expect(await endpoint.refresh("AQold", AbortSignal.abort())).toEqual(NOT_SENT);
  });
});

describe("nobody knows what was read", () => {
  it.each([
    ["a reset", fetchFailed({ errno: -104, code: "ECONNRESET", syscall: "read" })],
    ["a read that timed out", fetchFailed({ code: "ETIMEDOUT", syscall: "read" })],
    ["a broken pipe", fetchFailed({ code: "EPIPE", syscall: "write" })],
    ["undici's closed socket", fetchFailed({ name: "SocketError", code: "UND_ERR_SOCKET" })],
    ["undici's late headers", fetchFailed({ code: "UND_ERR_HEADERS_TIMEOUT" })],
    ["a TLS record that went bad on the way", fetchFailed({ code: "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC" })],
    [
      "one address refused and one reset",
      new TypeError("fetch failed", { cause: new AggregateError([failure({ code: "ECONNREFUSED" }), failure({ code: "ECONNRESET" })]) }),
    ],
    [
      "a refusal buried too deep to be about this request",
      Array.from({ length: 10 }).reduce((cause) => new Error("x", { cause }), failure({ code: "ECONNREFUSED" })),
    ],
    ["no cause", new TypeError("fetch failed")],
    [
      "a cause in a circle",
      Object.assign(new TypeError("fetch failed"), {
        get cause(): unknown {
          return this;
        },
      }),
    ],
    ["a thrown text", "ECONNREFUSED"],
    ["nothing thrown at all", undefined],
    ["an error that cannot be read", Object.defineProperty(new Error("x"), "code", { get: () => expect.unreachable("read") })],
  ])("after %s", async (_why, thrown) => expect(await afterFailure(thrown)).toEqual(CONNECTION));

  it("after a fetch that throws before it returns", async () => {
    const endpoint = endpointOf(() => Response.error(), { fetch: () => expect.unreachable("thrown at once") });
    expect(await endpoint.refresh("AQold")).toEqual(CONNECTION);
  });

  it.each([[undefined], [null], [{}], [{ status: 200 }], [{ status: 200, headers: new Headers() }], [{ status: 200, headers: new Headers(), body: "text" }]])(
    "after a fetch that resolves to %j",
    async (response) => {
      expect(await endpointOf(() => response as Response).refresh("AQold")).toEqual(CONNECTION);
    },
  );

  it("after an answer that is no HTTP answer", async () => {
    expect(await endpointOf(() => Response.error()).refresh("AQold")).toEqual({ kind: "ambiguous", retryAfterMs: null, cause: "redirect" });
  });

  it("after a refusal that is reported when an answer had begun", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(failure({ code: "ECONNREFUSED", syscall: "connect" })) });
    expect(await endpointOf(() => new Response(body)).refresh("AQold")).toEqual(CONNECTION);
  });

  it("after a reset that comes before the headers", async () => {
    const { origin } = await serve((response) => void response.socket?.resetAndDestroy());
    expect(await endpointAt(origin).refresh("AQold")).toEqual(CONNECTION);
  });

  it("after the other side hangs up without a word", async () => {
    const { origin } = await serve((response) => void response.socket?.end());
    expect(await endpointAt(origin).refresh("AQold")).toEqual(CONNECTION);
  });

  it.each([200, 400])("after half of the %i that content-length promised", async (status) => {
    const { origin } = await serve((response) => {
      const body = JSON.stringify(status === 200 ? TOKENS : { error: "invalid_grant" });
      response.writeHead(status, { "content-type": "application/json", "content-length": body.length + 1 });
      response.write(body, () => response.socket?.destroy());
    });
    expect(await endpointAt(origin).refresh("AQold")).toEqual(CONNECTION);
  });

  it("after gzip that is none", async () => {
    const { origin } = await serveBody(200, JSON.stringify(TOKENS), { "content-encoding": "gzip", "content-type": "application/json" });
    expect(await endpointAt(origin).refresh("AQold")).toEqual(CONNECTION);
  });
});

describe("an aborted request", () => {
  const ABORTED = { kind: "ambiguous", retryAfterMs: null, cause: "aborted" };

  it("is ambiguous while no answer has begun", async () => {
    const abort = new AbortController();
    const { origin, closed } = await serve(() => abort.abort());
    expect(await endpointAt(origin).refresh("AQold", abort.signal)).toEqual(ABORTED);
    await closed;
  });

  it("is ambiguous in the middle of an answer", async () => {
    const abort = new AbortController();
    const { origin } = await serve((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(`{"access_token":`, () => abort.abort());
    });
    expect(await endpointAt(origin).refresh("AQold", abort.signal)).toEqual(ABORTED);
  });

  it("ends although fetch does not care", async () => {
    const abort = new AbortController();
    const answer = endpointOf(() => new Promise<Response>(() => undefined)).refresh("AQold", abort.signal);
    abort.abort();
    expect(await answer).toEqual(ABORTED);
  });

  it("leaves no listener behind when it was not aborted", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...listener: Parameters<typeof add>) => {
      listeners += 1;
      add(...listener);
    };
    signal.removeEventListener = (...listener: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...listener);
    };
    await endpointOf(() => Response.json(TOKENS)).refresh("AQold", signal);
    expect(listeners).toBe(0);
  });
});

describe("an answer that is too long", () => {
  const MIB = 1024 * 1024;

  it.each([
    ["65,536 bytes are read", 65_536, "success"],
    ["65,537 bytes are not", 65_537, "ambiguous"],
  ])("%s", async (_what, length, kind) => {
    const body = JSON.stringify(TOKENS).padEnd(length);
    const { origin } = await serveBody(200, body);
    expect((await endpointAt(origin).refresh("AQold")).kind).toBe(kind);
  });

  it("is cut off while it is being sent", async () => {
    const sent = await boundedMemory(async () => {
      let bytes = 0;
      const chunk = Buffer.alloc(65_536, " ");
      function* gibibyte() {
        for (; bytes < 1024 * MIB; bytes += chunk.length) yield chunk;
      }
      const { origin, closed } = await serve((response) => {
        Readable.from(gibibyte()).pipe(response.writeHead(200, { "content-type": "application/json" }));
      });
      expect(await endpointAt(origin).refresh("AQold")).toEqual(OVERSIZE);
      await closed;
      return bytes;
    });
    expect(sent).toBeLessThan(32 * MIB);
  });

  it("is cut off behind its compression: one GiB in one MiB", async () => {
    const bomb = Buffer.concat(Array.from({ length: 1024 }, () => ZEROS));
    expect(bomb.length).toBeLessThan(2 * MIB);
    await boundedMemory(async () => {
      const { origin } = await serve((response) => void response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb));
      expect(await endpointAt(origin).refresh("AQold")).toEqual(OVERSIZE);
    });
  });

  it.each([429, 500, 503])("is not read at all with %i", async (status) => {
    const { origin } = await serve((response) => void response.writeHead(status).write("no end"));
    expect((await endpointAt(origin).refresh("AQold")).kind).toBe(status === 429 ? "throttled" : "ambiguous");
  });

  const ZEROS = gzipSync(Buffer.alloc(MIB));

  /** Runs `work` once to warm up, then again under a limit of 10 MiB more resident memory. */
  async function boundedMemory<T>(work: () => Promise<T>): Promise<T> {
    await work();
    const before = process.memoryUsage.rss();
    const result = await work();
    expect(process.memoryUsage.rss() - before).toBeLessThan(10 * MIB);
    return result;
  }
});

function afterFailure(thrown: unknown) {
  return endpointOf(() => Promise.reject(thrown)).refresh("AQold");
}

function fetchFailed(cause: Record<string, unknown>): TypeError {
  return new TypeError("fetch failed", { cause: failure(cause) });
}

function failure(members: Record<string, unknown>): Error {
  return Object.assign(new Error(String(members["code"])), members);
}
