/**
 * The ports to try: the user's choice alone, else 3000 and those after it.
 *
 * @throws Error when the choice is no port.
 */
export function ports(chosen: string | undefined): readonly number[] {
  if (chosen === undefined) return Array.from({ length: 20 }, (_, index) => 3000 + index);
  const port = Number(chosen);
  if (chosen === "" || !Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("--port is a number from 0 to 65535.");
  return [port];
}

/** Resolves at the first Ctrl-C or kill. A second one ends the process at once. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}
