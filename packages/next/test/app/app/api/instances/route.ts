/** How many instances of ours there are in this process. */
export function GET(): Response {
  const all = (globalThis as unknown as Record<symbol, Map<string, unknown> | undefined>)[Symbol.for("@refrain/next")];
  return Response.json(all?.size ?? 0);
}

export const dynamic = "force-dynamic";
