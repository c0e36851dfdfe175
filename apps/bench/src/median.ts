/** The middle value; of an even number the mean of the two in the middle. @throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new RangeError("Nothing was measured.");
  return (low + high) / 2;
}

/**
 * The median of the ratios of rounds that lay side by side: what slows the machine down for a while slows both alike.
 *
 * @throws RangeError when the rounds are not as many.
 */
export function medianRatio(values: readonly number[], bases: readonly number[]): number {
  if (values.length !== bases.length) throw new RangeError("Every round needs its counterpart.");
  return median(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}
