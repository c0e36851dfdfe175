import { createElement, type ReactNode } from "react";
import { Form } from "./form";

export default function Page(): ReactNode {
  return createElement(Form);
}
