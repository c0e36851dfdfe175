import { createElement, type ReactNode } from "react";

export default function Page(): ReactNode {
  return createElement("h1", null, "The same for everybody");
}
