import Link from "next/link";
import { createElement, type ReactNode } from "react";
import { Who } from "./who";

export default function Page(): ReactNode {
  return createElement("div", null, createElement(Who), createElement(Link, { href: "/me", prefetch: true }, "My page"));
}
