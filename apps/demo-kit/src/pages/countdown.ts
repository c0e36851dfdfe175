import type { GrantStatus } from "@refrain/core";
import { duration } from "../duration.js";
import { html, type Html } from "../html.js";

/** A bar that runs empty and the time that is left beside it. The live script lets it tick. */
export function countdown(label: string, leftMs: number, wholeMs: number, phase?: GrantStatus["phase"]): Html {
  const left = Math.max(0, Math.round(leftMs / 1000));
  const whole = Math.max(1, Math.round(wholeMs / 1000));
  return html`<p class="countdown" data-phase="${phase ?? ""}" data-left="${left}">
    <progress max="${whole}" value="${Math.min(left, whole)}" aria-label="${label}"></progress> <span>${left === 0 ? "over" : duration(leftMs)}</span>
  </p>`;
}
