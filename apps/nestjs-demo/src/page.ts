import { Header } from "@nestjs/common";

/** What this handler returns is a page. */
export function Page(): MethodDecorator {
  return Header("Content-Type", "text/html; charset=utf-8");
}
