import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { MainApp } from "../support/main-app.js";

const right = `import { withSpotify } from "./lib/spotify";

export const known = withSpotify<RouteContext<"/api/top/[id]">>(async (_request, { params, spotify }) => Response.json([(await params).id, spotify.user.id]));
export const plain = withSpotify((_request, { spotify }) => Response.json(spotify.user.id));
`;
const wrong = `import { withSpotify } from "./lib/spotify";

export const other = withSpotify<RouteContext<"/api/top/[id]">>(async (_request, { params }) => Response.json((await params).other));
export const nowhere = withSpotify<RouteContext<"/api/nowhere">>(() => Response.json(1));
`;

/** Next's generated types, which `next build` has checked the whole app with. */
export function typing({ app }: MainApp): void {
  test("routes know their own parameters, and the compiler knows when they are wrong", async () => {
    const { folder } = app();
    await writeFile(join(folder, "right.ts"), right);
    await writeFile(join(folder, "wrong.ts"), wrong);
    const tsc = join(folder, "node_modules/typescript/bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "--noEmit", "-p", "tsconfig.json"], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    const mistakes = stdout.split("\n").filter((line) => /error TS/.test(line));
    expect(mistakes).toEqual([expect.stringMatching(/^wrong\.ts\(3,.*'other'/), expect.stringMatching(/^wrong\.ts\(4,.*"\/api\/nowhere"/)]);
  });
}
