/** A trial is a tuning of a problem on the GPU, compiled and ready to be raced. */

import { sampleMs } from '../../results/derived/derive.ts';
import { MAX_DISPATCH_MS, maxRegionMs } from '../../results/derived/regions.ts';
import type { RandomSource } from '../../results/statistics.ts';
import { type Tuning, toleranceOf } from '../../shaders/kernel.ts';
import { OutOfTime } from '../deadline.ts';
import { checked } from '../device/device.ts';
import type { KernelCase } from '../device/program.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { Cancellation } from '../host.ts';
import { type FastestOptions, prepareFastest } from '../rig/compilations.ts';
import type { Rig } from '../rig/setup.ts';
import { undisturbed, visibilityOf } from '../rig/visibility.ts';
import type { Prepared } from '../sampling/prepared.ts';
import { Sampler } from '../sampling/sampler.ts';
import { Comparison } from '../sampling/verify.ts';
import type { Runner } from './race.ts';
import type { Unfit } from './store.ts';

/**
 * The longest timed region, in ms: long enough for most clocks to measure it to 1 %, short enough to visit many trials.
 */
const REGION_MS = 20;

/** The two regions of a visit, as shares of the longer one. */
const REGION_SHARES = [1 / 4, 1];

/** A problem whose tunings are tried. */
export type Subject = Pick<KernelCase, 'kernel' | 'variant' | 'params'>;

/** The objects that all trials of a problem share. */
export interface TrialContext {
  readonly rig: Rig;
  readonly subject: Subject;
  readonly seed: number;
  readonly random: RandomSource;
  readonly signal: Cancellation;
}

/** A tuning on the GPU that has been right so far. */
export interface Trial extends Runner {
  readonly tuning: Tuning;
  readonly prepared: Prepared;
  readonly sampler: Sampler;
}

/** The length of the longest region of a visit, in ms, by what the clock needs. */
export const trialRegionMs = ({ clockInfo }: Rig): number => maxRegionMs(REGION_MS, clockInfo);

/** About how long a visit takes, in ms: two regions with their pre-rolls, and two waits for each. */
export const visitMs = (rig: Rig): number =>
  REGION_SHARES.reduce((ms, share) => ms + share * trialRegionMs(rig), 0) +
  REGION_SHARES.length * (rig.clock.preRollMs + 2 * rig.clockInfo.emptySubmissionMs);

/**
 * Compiles a tuning at full size, takes a first look at it, and checks some of its output. Returns why it cannot be
 * raced if it cannot.
 *
 * @throws HarnessError `device-lost`
 * @throws OutOfTime if a compiler is not done in time
 */
export async function openTrial(
  context: TrialContext,
  tuning: Tuning,
  options: Pick<FastestOptions, 'compilations' | 'compiled'>,
): Promise<Trial | Unfit> {
  const { rig, subject, seed, random } = context;
  const { gpu, clock } = rig;
  const regionMs = trialRegionMs(rig);
  let prepared: Prepared | undefined;
  const unfit = (kind: Unfit['kind'], reason: string): Unfit => {
    prepared?.destroy();
    return { tuning, kind, reason };
  };
  try {
    const look = await prepareFastest(rig, { clock, seed, kernelCase: { ...subject, tuning }, regionMs, ...options });
    const { dispatchMs } = look;
    prepared = look.prepared;
    if (dispatchMs > MAX_DISPATCH_MS) {
      const rule = `a dispatch must take no longer than ${MAX_DISPATCH_MS} ms`;
      return unfit('slow', `${rule}; one takes ${dispatchMs.toPrecision(3)} ms here`);
    }
    const fault = await checked(gpu.device, () => spotFault(subject, look.prepared, random));
    if (fault) return unfit('wrong', fault);
    const sampler = new Sampler({
      ...{ clock, workload: prepared, firstLookMs: dispatchMs, regionMs },
      ...{ shares: REGION_SHARES, sameLongest: true },
    });
    return { tuning, prepared, sampler, times: new Map() };
  } catch (error) {
    if (error instanceof OutOfTime) throw error;
    const lost = await gpu.lostFor(error);
    if (lost !== undefined) throw new HarnessError('device-lost', `The GPU device was lost while tuning (${lost}).`);
    return unfit('failed', messageOf(error));
  }
}

/** Returns a trial's ms per dispatch: the slope between two region lengths, or undefined if it is not positive. */
export async function visitTrial(
  { rig, random, signal }: TrialContext,
  { sampler }: Trial,
): Promise<number | undefined> {
  const { host, gpu, clock } = rig;
  const timed = async () => {
    // The race counts the rounds, and no record holds when these samples were taken.
    const { samples } = await sampler.visit({ round: 0, sinceStartMs: () => 0, random });
    const [short, long] = [...samples].sort((a, b) => a.dispatches - b.dispatches);
    if (!short || !long) return undefined;
    const ms = (sampleMs(long, clock.kind) - sampleMs(short, clock.kind)) / (long.dispatches - short.dispatches);
    return ms > 0 ? ms : undefined;
  };
  return checked(gpu.device, () => undisturbed(visibilityOf(host), signal, timed));
}

/** Returns why the output of the last dispatch at full size is wrong, or undefined. */
export async function spotFault(
  { kernel, variant, params }: Subject,
  prepared: Prepared,
  random: RandomSource,
): Promise<string | undefined> {
  const comparison = new Comparison();
  await prepared.check(random, comparison);
  return comparison.wrong(toleranceOf(kernel, variant, params).nmse);
}
