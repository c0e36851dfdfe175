/**
 * Puts a clock into this process that can be moved: whatever asks for the time, by `Date.now()` or `new Date()`, is told one that is ahead. To be called before the libraries are loaded. Timers are not moved.
 *
 * @returns How to let time pass, in milliseconds.
 */
export function makeDateMovable(): (ms: number) => void {
  const RealDate = Date;
  let ahead = 0;
  const now = (): number => RealDate.now() + ahead;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, property) => (property === "now" ? now : (Reflect.get(target, property) as unknown)),
  });
  return (ms) => {
    ahead += ms;
  };
}
