import { unescape } from "node:querystring";
import { operations, type Operation } from "./operations.js";

export type Route =
  | { readonly kind: "operation"; readonly operation: Operation; readonly template: string; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: "other-method"; readonly allow: string }
  | { readonly kind: "unknown" };

interface Candidate {
  readonly method: string;
  readonly template: string;
  readonly segments: readonly string[];
  readonly operation: Operation;
}

// Literal segments win over parameters: /v1/me/player/queue is not /v1/me/player/{…}.
const candidates: readonly Candidate[] = operations
  .map((operation) => {
    const [method = "", template = ""] = operation.operation.split(" ");
    return { method, template, segments: template.split("/"), operation };
  })
  .toSorted((one, other) => one.template.split("{").length - other.template.split("{").length);

/** Finds the operation a request means. */
export function route(method: string, path: string): Route {
  const segments = path.split("/");
  const fitting = candidates.filter((candidate) => fits(candidate.segments, segments));
  const template = fitting[0]?.template;
  const found = fitting.find((candidate) => candidate.template === template && candidate.method === method);
  if (found !== undefined)
    return { kind: "operation", operation: found.operation, template: found.template, parameters: readParameters(found.segments, segments) };
  if (template === undefined) return { kind: "unknown" };
  return { kind: "other-method", allow: fitting.map((candidate) => candidate.method).join(", ") };
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return template.length === segments.length && template.every((part, index) => (part.startsWith("{") ? segments[index] !== "" : part === segments[index]));
}

function readParameters(template: readonly string[], segments: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(template.flatMap((part, index) => (part.startsWith("{") ? [[part.slice(1, -1), unescape(segments[index] ?? "")]] : [])));
}
