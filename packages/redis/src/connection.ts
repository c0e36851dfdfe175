/** What the store needs of a client, whichever it is. */
export interface Connection {
  /** What the client itself puts before every key. */
  readonly keyPrefix: string;
  /** Whether a command would be sent at once, and not queued. */
  isReady(): boolean;
  /** Sends one command to the primary that owns the key. Once the signal is aborted, what is not sent yet is not sent any more, as far as the client takes it back. */
  send(key: string, command: readonly string[], signal: AbortSignal): Promise<unknown>;
  /** A way to send commands to each primary. */
  primaries(): Promise<readonly Send[]>;
  /** Subscribes on a connection of its own, which keeps no process alive. */
  subscribe: Subscribe;
}

/** Sends one command to one server, under the same condition. */
export type Send = (command: readonly string[], signal: AbortSignal) => Promise<unknown>;

/**
 * Opens a subscription that is not opened again when its connection ends: then `onEnd` is called, once. Resolves to what ends it. Rejects, without calling `onEnd`, when it cannot be opened.
 */
export type Subscribe = (channel: string, onMessage: (message: string) => void, onEnd: () => void) => Promise<() => void>;

/** Errors of connections also reach the commands that they concern. An emitter of errors that nobody listens to ends the process. */
export function ignoreErrors(client: { on(event: "error", listener: (error: Error) => void): unknown }): void {
  client.on("error", ignore);
}

function ignore(): void {}

/** Opens what may never open. After 2 s it is closed, and given up. */
export async function openInTime<Result>(open: () => Promise<Result>, close: () => void): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The subscription was not opened in time.")), 2000).unref();
  });
  try {
    return await Promise.race([open(), late]);
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
