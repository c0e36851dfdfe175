/** How long a command may wait in the client's queue, in milliseconds. Less than its caller waits, so that nothing is sent for a caller who was told that it was late. */
const longestQueuedMs = 1400;
const sharedMs = 100;

/**
 * Signals that take out of a client's queue what could not be sent in time, each shared by the commands of a tenth of a second. With a signal of its own, which is what the client's option `timeout` makes, a command
 * costs four times as much.
 */
export function queueDeadlines(): () => AbortSignal {
  let signal = AbortSignal.abort();
  let shareUntil = -Infinity;
  return () => {
    const now = performance.now();
    if (now >= shareUntil) {
      signal = AbortSignal.timeout(longestQueuedMs);
      shareUntil = now + sharedMs;
    }
    return signal;
  };
}
