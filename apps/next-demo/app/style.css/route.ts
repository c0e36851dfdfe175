import { style } from "demo-kit/style";

export const dynamic = "force-static";

export function GET(): Response {
  return new Response(style, { headers: { "content-type": "text/css; charset=utf-8" } });
}
