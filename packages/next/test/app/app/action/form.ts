"use client";
import { createElement, type ReactNode, useActionState } from "react";
import { greet } from "./actions";

export function Form(): ReactNode {
  const [said, act] = useActionState(greet, null);
  return createElement("form", { action: act }, createElement("button", null, "Greet"), createElement("output", null, JSON.stringify(said)));
}
