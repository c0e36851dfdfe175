import { onTestFinished, vi } from "vitest";

/** A gate before Spotify's answers to requests of one path. */
export interface Gate {
  /** From now on none comes through. Resolves when the first one waits. */
  shut(): Promise<void>;
  /** How many waited. */
  count(): number;
  open(): void;
}

/** To be set up before the app is: that takes `fetch` as it finds it. */
export function gateBefore(path: string): Gate {
  const original = globalThis.fetch;
  let count = 0;
  let opened: Promise<void> | undefined;
  let arrive = (): void => {};
  let open = (): void => {};
  vi.stubGlobal("fetch", async (input: string | URL | Request, init?: RequestInit) => {
    const response = await original(input, init);
    if (opened === undefined || new URL(input instanceof Request ? input.url : input).pathname !== path) return response;
    count++;
    arrive();
    await opened;
    return response;
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return {
    shut() {
      opened = new Promise((resolve) => (open = resolve));
      return new Promise((resolve) => (arrive = resolve));
    },
    count: () => count,
    open: () => open(),
  };
}
