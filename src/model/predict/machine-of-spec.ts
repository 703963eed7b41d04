/** Machines for predictions, from a vendor's figures or a person's. */

import { atPeak } from '../theory/step-time.ts';
import { type Machine, requireInRange } from './predict.ts';

/** A vendor's figures of a machine. GB is 10⁹ bytes. */
export interface Spec {
  readonly gbps: number;
  readonly memoryGB: number;
  /** Peak compute; absent: compute is left out. */
  readonly tflops?: number | undefined;
  /** Overhead of a step, a + n·t_d. Default: 0. */
  readonly overheadMs?: number | undefined;
}

/** Refuses figures outside their ranges. @throws RangeError naming the field, its range, and the value. */
export function requireSane({ memoryGB, tflops, overheadMs }: Omit<Spec, 'gbps'>): void {
  requireInRange('memory', memoryGB);
  if (tflops !== undefined) requireInRange('flops', tflops);
  if (overheadMs !== undefined) requireInRange('overhead', overheadMs);
}

/**
 * A machine at its peaks, which no kernel quite reaches: no step can take less time.
 * @throws RangeError for a number outside its range
 */
export function machineOfSpec({ gbps, ...rest }: Spec): Machine {
  requireInRange('bandwidth', gbps);
  requireSane(rest);
  const { memoryGB, tflops = Number.POSITIVE_INFINITY, overheadMs = 0 } = rest;
  return {
    memoryBytes: memoryGB * 1e9,
    costs: { ...atPeak(gbps * 1e9, tflops * 1e12), fixedSeconds: overheadMs / 1000 },
  };
}
