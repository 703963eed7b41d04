/**
 * A clock times a region: work that the GPU does without a break. There are two clocks, and check.ts decides which one
 * a run trusts.
 */

import type { ClockKind, Reading } from '../../results/schema.ts';

/** The maximum number of dispatches in a region: recording one takes about a microsecond. */
export const MAX_DISPATCHES = 2 ** 14;

/** Records the dispatches of a pass. It is called once. */
export type Encode = (pass: GPUComputePassEncoder) => void;

/** Work in units, of which a region holds any number: dispatches of a kernel, or decode steps. */
export interface Workload {
  /** The maximum number of units in a region. */
  readonly maxUnits: number;
  /**
   * Prepares a region of `units` units, and returns its passes in their order.
   *
   * @param unitMs About how long a unit takes, in ms; undefined while it is not known.
   */
  encode(units: number, unitMs?: number): Encode | readonly Encode[];
}

export interface Clock {
  readonly kind: ClockKind;
  /**
   * Submits a region of `units` units and waits until it is done. Each of its passes is a submission of its own, one
   * right after the other.
   */
  time(units: number, encode: Encode | readonly Encode[]): Promise<Reading>;
  destroy(): void;
}

/** Returns the passes of a region as commands that are ready to be submitted. */
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
