/**
 * Dawn for Node asks for finished work through the global `setImmediate`, again and again, so that a wait takes a whole
 * core (seen in npm's webgpu 0.6.2). Where the GPU is the CPU, that core is missed: on two cores, lavapipe read 7.0 GB/s
 * beside it, and 14.7 GB/s beside pauses, as under wgpu in Deno and Firefox. Delete this file when a wait takes no core.
 */

/** The time between two looks, in ms: the shortest that a timer of Node has. */
const LOOK_EVERY_MS = 1;

let isPatched = false;

/** Makes Dawn pause between two looks. Other callers of `setImmediate` are served as before: Dawn's function is native. */
export function pauseDawn(): void {
  if (isPatched) return;
  isPatched = true;
  const immediately = globalThis.setImmediate;
  const value = (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    isNative(callback) ? setTimeout(callback, LOOK_EVERY_MS, ...args) : immediately(callback, ...args);
  Object.defineProperty(globalThis, 'setImmediate', { value: Object.assign(value, immediately) });
}

const isNative = (callback: unknown): boolean =>
  typeof callback === 'function' && Function.prototype.toString.call(callback).endsWith('{ [native code] }');
