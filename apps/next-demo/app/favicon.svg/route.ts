import { icon } from "demo-kit/style";

export const dynamic = "force-static";

export function GET(): Response {
  return new Response(icon, { headers: { "content-type": "image/svg+xml" } });
}
