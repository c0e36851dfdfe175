/** The emulator's clock: a base clock and an offset that only grows. */
export interface MovableClock {
  /** Unix ms. */
  now(): number;
  /** Moves the clock forward. Throws a RangeError for anything but a number >= 0, since tokens cannot grow younger, that leaves the clock before the year 10000. */
  advance(ms: number): void;
  /** By how much the clock was moved in all, in milliseconds. */
  offset(): number;
  reset(): void;
}

// Later instants have no date of four figures, and soon none at all.
const latest = Date.UTC(10_000, 0);

export function movableClock(base: () => number): MovableClock {
  let offset = 0;
  return {
    now: () => base() + offset,
    advance(ms) {
      if (!(ms >= 0 && base() + offset + ms < latest)) throw new RangeError("advance() takes a number of milliseconds >= 0, up to the year 10000 in all.");
      offset += ms;
    },
    offset: () => offset,
    reset() {
      offset = 0;
    },
  };
}

/**
 * The instant six calendar months later, in UTC, at the month's last day where the day does not exist there.
 * Spotify publishes no day count; services that watch the deadline reckon in calendar months.
 */
export function sixMonthsAfter(at: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + 6);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}
