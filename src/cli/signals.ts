/** The signals by which a person or a system ends a program: Ctrl-C, `kill` or a shutdown, and a terminal that closes. */

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `handle` at the first of these signals; the next has its default effect, and ends the process. Returns the
 * function that stops listening.
 */
export function onceEnded(handle: () => void): () => void {
  const stop = () => {
    for (const signal of END_SIGNALS) process.off(signal, first);
  };
  const first = () => {
    stop();
    handle();
  };
  for (const signal of END_SIGNALS) process.on(signal, first);
  return stop;
}

/** Keeps these signals from ending this process. */
export function ignoreEnd(): void {
  for (const signal of END_SIGNALS) process.on(signal, () => {});
}
