/** A key and a sealed value. */
export type Row = readonly [key: string, value: string];

/** About when a living grant's row expires, in Unix ms. */
export function inHalfAYear(): number {
  return Date.now() + 190 * 86_400_000;
}
