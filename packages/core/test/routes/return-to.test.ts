import { describe, expect, it } from "vitest";
import { returnPath } from "../../src/routes/return-to.js";
import { readSettings } from "../../src/settings/read-options.js";
import { fastestMs, ORIGIN, SECRET, world } from "./world.js";

const required = { clientId: "client-1", secret: SECRET };
const settings = readSettings({ ...required, redirectUri: `${ORIGIN}/auth/spotify/callback` }, () => undefined);

const hosts = [
  "evil.example",
  "evil.example/path",
  "app.example@evil.example",
  "app.example.evil.example",
  "%65vil.example",
  "3627734766",
  "[::1]",
  "evil.example:443",
];
const beginnings = [
  "//",
  "///",
  "////",
  "/\\",
  "\\/",
  "\\\\",
  "/\t/",
  "/\n/",
  "/\r\n/",
  "\t//",
  " //",
  "/ /",
  "/%09/",
  "/%0a/",
  "/%0d%0a/",
  "/%5c",
  "/%5C%5C",
  "/%2f",
  "/%2F%2f",
  "/.//",
  "/..//",
  "/%2e%2e//",
  "/x/..//",
  "/\u0000/",
  "/\u00a0//",
  "/\u2028//",
  "//\\",
  "/%00/",
];
const schemes = ["https:", "https:/", "https://", "http://", "HTTPS://", "ftp://", "ws://", "//user:password@", "https:\\\\", "\u0000https://", " https://"];
const single = [
  "",
  " ",
  "\t",
  "%",
  "%2",
  "/%",
  "/%zz",
  "/%e4",
  "/%c0%af",
  "/%ff",
  "http:///",
  "http://",
  "https:e",
  "https://app.example",
  "https://app.example/",
  "https://app.example:443/x",
  "https://app.example@evil.example/",
  "http://app.example/x",
  "javascript:alert(1)",
  "javascript://app.example/%0aalert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "/\njavascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "blob:https://app.example/1",
  "file:///etc/passwd",
  "about:blank",
  "mailto:a@b",
  "view-source:https://app.example",
  "x",
  "x/y",
  "./x",
  "../x",
  "?x=1",
  "#x",
  ".",
  "..",
  "*",
  "@evil.example",
  ":evil.example",
  ";//evil.example",
  "&//evil.example",
  "\\evil.example",
  "\\",
  "/\\",
  "/a\\b",
  "/a\u0000b",
  "/a\rb",
  "/a\nb",
  "/a\tb",
  "/a b",
  "/a\u007fb",
  "/a\u0085b",
  "/a\u00a0b",
  "/a\u2029b",
  "/a\ufeffb",
  "/a%00b",
  "/a%0ab",
  "/a%0d%0aSet-Cookie:x=y",
  "/a%0d%0a%0d%0a<script>",
  "/a%5cb",
  "/a%7fb",
  "/a//b",
  "/a/%2fb",
  "/a%2f%2fb",
  "/a%2f/b",
  "/x?y\\z",
  "/x?y\nz",
  "/x?y z",
  "/x#y\\z",
  "/auth/spotify/login",
  "/auth/spotify/callback",
  "/auth/spotify/callback?code=a",
  "/auth/spotify/logout",
  "/auth/spotify/session",
  "/auth/spotify/",
  "/x/../auth/spotify/login",
  "/auth/./spotify/login",
  "/auth/spotify/%6cogin",
  `/${"x".repeat(1024)}`,
  `/${"é".repeat(300)}`,
  `/?${"x".repeat(5000)}`,
  `${"/x/..".repeat(300)}/y`,
  "null",
  "undefined",
  "[object Object]",
];
const hostile = [
  ...new Set([
    ...beginnings.flatMap((beginning) => hosts.map((host) => beginning + host)),
    ...schemes.flatMap((scheme) => hosts.map((host) => scheme + host)),
    ...single,
  ]),
];

describe("returnTo (S-045, V-001, V-002)", () => {
  it("is tried with at least 200 payloads", () => expect(hostile.length).toBeGreaterThanOrEqual(200));

  it.each(hostile)("%j becomes /", (payload) => expect(returnPath([payload], settings)).toBe("/"));

  it.each(["/", "/%", "//", "/\\", "/ ", "/..", "/%2f", "http:"])("%j, 100,000 times over, is refused in under 50 ms (V-001)", async (piece) => {
    const payload = piece.repeat(100_000);
    expect(returnPath([payload], settings)).toBe("/");
    expect(await fastestMs(() => returnPath([payload], settings))).toBeLessThan(50);
  });

  it.each([[[]], [["/a", "/b"]], [["/a", "/a"]], [["", "/a"]]])("given as %j becomes /", (values) => expect(returnPath(values, settings)).toBe("/"));

  it.each([
    ["/", "/"],
    ["/x", "/x"],
    ["/x/", "/x/"],
    ["/x?y=1&z=2#w", "/x?y=1&z=2#w"],
    ["/x?next=https://elsewhere.example//y", "/x?next=https://elsewhere.example//y"],
    ["/x?q=100%", "/x?q=100%"],
    ["/playlist/spotify:playlist:37i9", "/playlist/spotify:playlist:37i9"],
    ["/tïtel", "/t%C3%AFtel"],
    ["/a%20b", "/a%20b"],
    ["/a/../b", "/b"],
    ['/"><script>', "/%22%3E%3Cscript%3E"],
    ["/x?'\"<>", "/x?%27%22%3C%3E"],
    ["/@evil.example", "/@evil.example"],
    ["/authx", "/authx"],
  ])("%s stays on this origin as %s", (asked, path) => {
    expect(returnPath([asked], settings)).toBe(path);
    expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
  });

  it("falls back to the app's own page", () => {
    const own = readSettings({ ...required, redirectUri: `${ORIGIN}/auth/spotify/callback`, returnTo: "/home?x=1" }, () => undefined);
    expect(returnPath(["//evil.example"], own)).toBe("/home?x=1");
  });

  it("takes no page of ours behind a prefix either", () => {
    const prefixed = readSettings({ ...required, redirectUri: `${ORIGIN}/music/auth/callback`, basePath: "/auth" }, () => undefined);
    expect(returnPath(["/music/auth/login"], prefixed)).toBe("/music/");
    expect(returnPath(["/music/x"], prefixed)).toBe("/music/x");
  });

  it.each(["/x&scope=streaming&prompt=none", "/x?a=1&redirect_uri=https://evil.example", "/x#state=1"])(
    "%s stays one value from login to callback (V-003)",
    async (returnTo) => {
      const browser = world().browser();
      const { url, answer } = await browser.begin(`?returnTo=${encodeURIComponent(returnTo)}`);
      expect(url.searchParams.has("scope")).toBe(false);
      expect(url.searchParams.has("prompt")).toBe(false);
      expect((await browser.visit(answer)).headers.get("location")).toBe(`${ORIGIN}${returnTo}`);
    },
  );

  it("is kept in the sealed cookie and never read from the callback", async () => {
    const browser = world().browser();
    const { answer } = await browser.begin("?returnTo=/kept");
    expect((await browser.visit(`${answer}&returnTo=/other`)).headers.get("location")).toBe(`${ORIGIN}/kept`);
  });
});
