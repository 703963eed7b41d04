/** Opens a planned case on the rig: its kernel is verified, and its fastest compilation is made ready to be timed. */

import type { ClockInfo, Measured, Measurement } from '../../results/schema.ts';
import { formatsOf } from '../../shaders/problem.ts';
import type { Clock } from '../clock/clock.ts';
import type { Cancellation } from '../host.ts';
import type { Profile } from '../profiles.ts';
import { prepareFastest } from '../rig/compilations.ts';
import type { Rig } from '../rig/setup.ts';
import { CaseRun } from '../sampling/case-run.ts';
import { caseRecord, type PlannedCase } from '../sampling/plan.ts';
import { MAX_DISPATCH_MS, maxRegionMs } from '../sampling/regions.ts';
import type { VerifiedKernels } from '../sampling/verify.ts';

export interface OpenCaseOptions {
  readonly rig: Rig;
  readonly clock: Clock;
  /** The findings of the clock check: the lengths of regions depend on the clocks' quanta. */
  readonly clockInfo: ClockInfo;
  readonly profile: Profile;
  readonly seed: number;
  readonly verifiedKernels: VerifiedKernels;
  /** The measurement of the case by an earlier device or session, if it is unfinished. */
  readonly earlier: Measured | undefined;
  readonly signal: Cancellation;
}

/**
 * Returns the run of `planned`, or what became of the case if it is wrong or too slow to be timed. A wrong case is not
 * prepared.
 *
 * @throws GpuError, HarnessError `cancelled`
 */
export async function openCase(planned: PlannedCase, options: OpenCaseOptions): Promise<CaseRun | Measurement> {
  const { rig, clock, clockInfo, profile, seed, verifiedKernels, earlier, signal } = options;
  const { gpu, filler } = rig;
  const { verification, wrong } = await verifiedKernels.verify(gpu, filler, planned, signal);
  if (wrong !== undefined) return { status: 'wrong', case: caseRecord(planned), verification, reason: wrong };
  const regionMs = (wishedMs: number) => maxRegionMs(wishedMs, clockInfo);
  const { prepared, dispatchMs } = await prepareFastest(rig, {
    ...{ clock, seed },
    kernelCase: planned,
    regionMs: regionMs(profile.regionMs),
  });
  if (dispatchMs > MAX_DISPATCH_MS) {
    prepared.destroy();
    const reason = `a dispatch must take no longer than ${MAX_DISPATCH_MS} ms, so that a submission holds two; one takes ${dispatchMs.toPrecision(3)} ms here`;
    return { status: 'skipped', case: caseRecord(planned), reason };
  }
  const precision = prepared.isWorkingSet ? profile.curve : profile;
  return new CaseRun({
    ...{ gpu, clock, kernelCase: planned, prepared, verification, earlier },
    precision: { ...precision, regionMs: regionMs(precision.regionMs) },
    firstLookMs: dispatchMs,
  });
}

/** Returns the name of a case for progress and events. */
export const nameOf = ({ kernel, variant, params }: PlannedCase): string =>
  `${[kernel.id, ...formatsOf(params)].join(' ')} (${variant})`;
