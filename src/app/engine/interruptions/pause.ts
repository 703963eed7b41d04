/**
 * A pause in a worker. Timers that follow each other are held back to 4 ms, and to more in some browsers
 * (https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers). `Atomics.waitAsync` is not: it pauses
 * for 1 ms where 1 ms is asked for (seen in Firefox 153), but needs shared memory, and so an isolated page.
 */

/** `Atomics.waitAsync` of ES2024, where there is one. */
type WaitAsync = (
  cells: Int32Array<SharedArrayBuffer>,
  index: number,
  value: number,
  timeoutMs: number,
) => { readonly async: boolean; readonly value: string | Promise<string> };

const { waitAsync } = Atomics as typeof Atomics & { readonly waitAsync?: WaitAsync };

/** Returns the pause that this worker can do: it resolves after about `ms` milliseconds. */
export function pauseHere(): (ms: number) => Promise<void> {
  if (!waitAsync || !globalThis.crossOriginIsolated) return (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const cells = new Int32Array(new SharedArrayBuffer(4));
  return async (ms) => {
    await waitAsync(cells, 0, 0, ms).value;
  };
}
