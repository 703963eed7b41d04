/**
 * Dawn for Node asks for finished work through the global `setImmediate`, again and again, so that a wait takes a whole
 * core (seen in npm's webgpu 0.6.2). Where the GPU is the CPU, that core is missed: on two cores, lavapipe read 7.0 GB/s
 * beside it, and 11.5 GB/s beside pauses of 0.1 ms. Delete this file when a wait takes no core.
 */

/**
 * The pause before each look, in ms. It is finer than the 1 ms of a timer, since the wall clock is no finer than the
 * pause, and is the only clock where there are no timestamps.
 */
const PAUSE_MS = 0.1;

let isPatched = false;

/** Makes Dawn pause before each look. Other callers of `setImmediate` are served as before: Dawn's function is native. */
export function pauseDawn(): void {
  if (isPatched) return;
  isPatched = true;
  const immediately = globalThis.setImmediate;
  const never = new Int32Array(new SharedArrayBuffer(4));
  const value = (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    isNative(callback)
      ? immediately(() => {
          Atomics.wait(never, 0, 0, PAUSE_MS);
          callback(...args);
        })
      : immediately(callback, ...args);
  Object.defineProperty(globalThis, 'setImmediate', { value: Object.assign(value, immediately) });
}

const isNative = (callback: unknown): boolean =>
  typeof callback === 'function' && Function.prototype.toString.call(callback).endsWith('{ [native code] }');
