/** One number, what it is of, and what it ought to be. */
export interface Measurement {
  /** What the numbers of several rows in a row have in common; it stands above them. */
  readonly group?: string;
  readonly what: string;
  /** Words where there is no number to give: why not, or several counts. */
  readonly value: number | string;
  readonly unit: string;
  /** `null`: reported only, so that the numbers with a target can be judged by it. */
  readonly target: Target | null;
}

export type Target = { readonly most: number } | { readonly least: number };

/** Whether the target is met; `null` where there is none, or no number. */
export function isMet({ value, target }: Measurement): boolean | null {
  if (target === null || typeof value === "string") return null;
  return "most" in target ? value <= target.most : value >= target.least;
}
