/** A clock times one compute pass. There are two, and which one a run believes is decided by check.ts. */

import type { ClockKind, Reading } from '../../results/schema.ts';

/** What a timed pass does; called once. */
export type Encode = (pass: GPUComputePassEncoder) => void;

export interface Clock {
  readonly kind: ClockKind;
  /**
   * Submits a region of `dispatches` dispatches and waits until it is done. It is one pass, or several, each a submission
   * of its own, one right behind the other.
   */
  time(dispatches: number, encode: Encode | readonly Encode[]): Promise<Reading>;
  destroy(): void;
}

/** The passes of a region, as commands that are ready to be submitted. */
export function commandsOf(
  device: GPUDevice,
  encode: Encode | readonly Encode[],
  timestamps?: (pass: number, passes: number) => GPUComputePassTimestampWrites | undefined,
): { readonly encoder: GPUCommandEncoder; finish(): GPUCommandBuffer }[] {
  const encodes = typeof encode === 'function' ? [encode] : encode;
  return encodes.map((one, i) => {
    const encoder = device.createCommandEncoder();
    const timestampWrites = timestamps?.(i, encodes.length);
    const pass = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
    one(pass);
    pass.end();
    return { encoder, finish: () => encoder.finish() };
  });
}
