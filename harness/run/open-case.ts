/** Opens a planned case on the rig: its kernel is verified, and its fastest compilation is made ready to be timed. */

import { MAX_DISPATCH_MS, maxRegionMs } from '../../results/derived/regions.ts';
import type { ClockInfo, Measured, Measurement } from '../../results/record/schema.ts';
import { formatsOf } from '../../shaders/problem.ts';
import type { Clock } from '../clock/clock.ts';
import type { Deadline } from '../deadline.ts';
import type { Cancellation } from '../host.ts';
import type { Profile } from '../profiles.ts';
import { MAX_COMPILATIONS, prepareFastest } from '../rig/compilations.ts';
import type { Rig } from '../rig/setup.ts';
import { CaseRun } from '../sampling/case-run.ts';
import { caseRecord, type PlannedCase } from '../sampling/plan.ts';
import type { VerifiedKernels } from '../sampling/verify.ts';

export interface OpenCaseOptions {
  readonly rig: Rig;
  readonly clock: Clock;
  /** The findings of the clock check: the lengths of regions depend on the clocks' quanta. */
  readonly clockInfo: ClockInfo;
  readonly profile: Profile;
  readonly seed: number;
  readonly verifiedKernels: VerifiedKernels;
  /** The time by which the case must be open. */
  readonly deadline: Deadline;
  /** Called if the kernel was verified on `shapes` of its `all` examples, since there was no time for all. */
  readonly hurried: (shapes: number, all: number) => void;
  /** The measurement of the case by an earlier device or session, if it is unfinished. */
  readonly earlier: Measured | undefined;
  readonly signal: Cancellation;
}

/** A case is compiled a second time if that is expected to take no more than this share of the time left. */
const COMPARING_SHARE = 1 / 8;

/**
 * Returns the run of `planned`, or what became of the case if it is wrong or too slow to be timed. A wrong case is not
 * prepared.
 *
 * @throws GpuError, HarnessError `cancelled`
 * @throws OutOfTime if there is no time to open it
 */
export async function openCase(planned: PlannedCase, options: OpenCaseOptions): Promise<CaseRun | Measurement> {
  const { rig, clock, clockInfo, profile, seed, verifiedKernels, deadline, earlier, signal } = options;
  const { gpu, filler } = rig;
  const beforeOpening = deadline.sooner(deadline.expectedMs('opening'));
  const verified = await verifiedKernels.verify(gpu, filler, planned, { signal, deadline: beforeOpening });
  const { verification, examples, wrong } = verified;
  if (verification.shapes < examples) options.hurried(verification.shapes, examples);
  if (wrong !== undefined) return { status: 'wrong', case: caseRecord(planned), verification, reason: wrong };
  const regionMs = (wishedMs: number) => maxRegionMs(wishedMs, clockInfo);
  const comparing = deadline.expectedMs('example') <= COMPARING_SHARE * deadline.leftMs();
  const { prepared, dispatchMs } = await deadline.compiling('opening', (compiled) =>
    prepareFastest(rig, {
      ...{ clock, seed, kernelCase: planned, compiled },
      regionMs: regionMs(profile.regionMs),
      compilations: comparing ? MAX_COMPILATIONS : 1,
    }),
  );
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
