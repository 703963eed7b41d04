/** Machines for predictions: by what a vendor says of them, or by what was measured. */

import { gpusNamed } from '../../results/gpus.ts';
import { labelsOf } from '../../results/labels.ts';
import type { RunRecord } from '../../results/schema.ts';
import { analyse } from './analyse.ts';
import type { Model } from './models/model.ts';
import { type Machine, requireInRange } from './predict.ts';
import { atPeak } from './theory/step-time.ts';

/** As vendors have it. GB are 10⁹ bytes. */
export interface Spec {
  readonly gbps: number;
  readonly memoryGB: number;
  /** Absent: compute is left out. */
  readonly tflops?: number | undefined;
  /** a + n·t_d of any step. Default: 0. */
  readonly overheadMs?: number | undefined;
}

/** @throws RangeError naming the field, its range, and the value. */
function requireSane({ memoryGB, tflops, overheadMs }: Omit<Spec, 'gbps'>): void {
  requireInRange('memory', memoryGB);
  if (tflops !== undefined) requireInRange('flops', tflops);
  if (overheadMs !== undefined) requireInRange('overhead', overheadMs);
}

/**
 * A machine at its peaks, which no kernel quite reaches: its times are the least that there can be.
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

/** GB of memory that a record tells of: as reported, or of the one GPU that the reported name means. */
export function memoryGBOf({ reported }: Pick<RunRecord, 'reported'>): number | undefined {
  if (reported.memoryGB !== undefined) return reported.memoryGB;
  const [gpu, ...others] = gpusNamed(reported.gpu ?? '');
  return others.length === 0 ? gpu?.memoryGB : undefined;
}

export interface MeasuredMachine extends Machine {
  /** What stands for what, in a line. */
  readonly basis: string;
}

/**
 * A machine as a run measured it: weights at a and β of the fastest fit of GEMVs in `format`, or else in f16, a being paid
 * by each projection; caches at the read ceiling, which attention may not reach. Where the run found that something else
 * than bandwidth sets those rates, that is taken to be compute.
 *
 * @throws RangeError for a number outside its range
 * @returns undefined for a run that has no ceiling, or GEMVs of fewer than three sizes.
 */
export function machineOfRecord(
  record: RunRecord,
  model: Model,
  format: string,
  spec: Omit<Spec, 'gbps'>,
): MeasuredMachine | undefined {
  requireSane(spec);
  const { memoryGB, tflops = Number.POSITIVE_INFINITY, overheadMs = 0 } = spec;
  const { series, streaming } = analyse(record, model);
  const fitted = series
    .flatMap(({ format: id, fit }) => (fit ? [{ id, fit }] : []))
    .sort((a, b) => b.fit.gbps.value - a.fit.gbps.value);
  const found = fitted.find(({ id }) => id === format) ?? fitted.find(({ id }) => id === 'f16');
  if (!found || !streaming || !Number.isFinite(found.fit.gbps.value)) return undefined;
  const { id, fit } = found;
  return {
    memoryBytes: memoryGB * 1e9,
    costs: {
      ...atPeak(streaming.value * 1e9, tflops * 1e12),
      fixedSeconds: overheadMs / 1000,
      dispatchSeconds: fit.overheadMs.value / 1000,
      weightBytesPerSecond: fit.gbps.value * 1e9,
    },
    ratesSetBy: labelsOf(record).some(({ id: label }) => label === 'not-bandwidth-bound') ? 'compute' : 'bandwidth',
    basis: `weights as GEMVs in ${id}${id === format ? '' : ` (none in ${format} were measured)`}, a once to each projection; KV cache at the read ceiling`,
  };
}
