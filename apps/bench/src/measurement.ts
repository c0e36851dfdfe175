/** One number, what it is of, and what it ought to be. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** `null`: reported only, so that the numbers with a target can be judged by it. */
  readonly target: Target | null;
}

export type Target = { readonly most: number } | { readonly least: number };

/** Whether the target is met; `null` where there is none. */
export function isMet({ value, target }: Measurement): boolean | null {
  if (target === null) return null;
  return "most" in target ? value <= target.most : value >= target.least;
}
