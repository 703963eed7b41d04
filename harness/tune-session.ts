/**
 * Tuning everything on one adapter within one budget: set up as for a run, then one problem after the other, each
 * with its share of the time that is left. Problems without a winner yet come first, so that a second session goes on
 * where the first ended.
 */

import type { AdapterInfo, HostInfo } from '../results/schema.ts';
import { randomSource, shuffled } from '../results/statistics.ts';
import type { KernelSet, Params } from '../shaders/kernel.ts';
import { acceptedTunings } from './candidates.ts';
import { messageOf, openGpu } from './device.ts';
import { HarnessError } from './errors.ts';
import type { RunEvent } from './events.ts';
import type { Cancellation, Host } from './host.ts';
import { dispatchSizes, planCases, sidePools } from './plan.ts';
import type { Profile } from './profiles.ts';
import { endingClearly } from './run.ts';
import { type Bench, setUp } from './setup.ts';
import { type Subject, type Tuned, tune } from './tune.ts';
import { sameFamily, type Winner } from './tunings.ts';

/** A dispatch this long is enough to tune on: slow adapters get smaller problems, and so more candidates. */
const DISPATCH_MS = 3;

/** Below this a problem is not begun: compiling and verifying the first few candidates takes as long. */
const LEAST_SHARE_MS = 1500;

/** Why a problem has no outcome when the time is spent. */
const NOT_REACHED =
  'the budget was spent before its turn: give more time with --budget, or tune one kernel with --kernel';

export interface TuneSessionOptions {
  readonly kernels: KernelSet;
  /** Pool, sizes and breadth; its times are not used. */
  readonly profile: Profile;
  readonly seed: number;
  /** Time for all problems together, in ms. */
  readonly budgetMs: number;
  /** Winners of earlier sessions on this machine, asked for once the adapter is known. */
  readonly known: (adapter: AdapterInfo, host: HostInfo) => readonly Winner[];
  readonly signal: Cancellation;
}

export type TuneEvent =
  | Extract<RunEvent, { type: 'adapter' | 'clock' | 'progress' }>
  | { readonly type: 'tuned'; readonly tuned: Tuned }
  /** Nothing is known of this problem, and why. */
  | {
      readonly type: 'untuned';
      readonly kernel: string;
      readonly variant: string;
      readonly params: Params;
      readonly reason: string;
      /** False where there was only no time. */
      readonly fault: boolean;
    };

/**
 * Tunes every kernel of `options.kernels.measured` that has a choice.
 *
 * @throws HarnessError where there is nothing to measure with, or the device is lost.
 */
export async function* tuneKernels(host: Host, options: TuneSessionOptions): AsyncGenerator<TuneEvent, void> {
  const { kernels, profile, seed, budgetMs, signal } = options;
  const gpu = await openGpu(host);
  yield { type: 'adapter', adapter: gpu.info, host: host.info };
  const progress = (detail: string, left = budgetMs): Extract<RunEvent, { type: 'progress' }> => ({
    type: 'progress',
    phase: 'measure',
    fraction: 1 - left / budgetMs,
    etaMs: left,
    detail,
  });
  const setup = setUp(host, gpu, {
    kernels,
    seed,
    poolBytes: profile.poolBytes,
    side: sidePools(kernels.measured, profile.breadth),
    regionMs: profile.regionMs,
    progress: (_, detail) => progress(detail),
    note: () => {},
  });
  let bench: Bench;
  const events = endingClearly(gpu, signal, setup);
  for (;;) {
    const { done, value } = await events.next();
    if (done) {
      bench = value;
      break;
    }
    if (value.type === 'clock' || value.type === 'progress') yield value;
  }

  try {
    const winners = [...options.known(gpu.info, host.info)];
    const known = ({ kernel, variant, params }: Subject) =>
      winners.some((w) => w.kernel === kernel.id && w.variant === variant && sameFamily(w.params, params));
    const subjects = shuffled(problems(bench, options), randomSource(seed));
    subjects.sort((a, b) => Number(known(a)) - Number(known(b)));

    const began = host.now();
    const leftMs = () => budgetMs - (host.now() - began);
    for (const [index, subject] of subjects.entries()) {
      const { kernel, variant, params } = subject;
      const untuned = (reason: string, fault: boolean): TuneEvent => ({
        type: 'untuned',
        kernel: kernel.id,
        variant,
        params,
        reason,
        fault,
      });
      if (signal.aborted || leftMs() < LEAST_SHARE_MS) {
        yield untuned(signal.aborted ? 'cancelled before its turn' : NOT_REACHED, false);
        continue;
      }
      yield progress(`${index + 1} of ${subjects.length}: ${kernel.id} (${variant})`, leftMs());
      const related = winners.filter((w) => w.kernel === kernel.id);
      try {
        const tuned = await tune(bench, subject, {
          seed,
          budgetMs: Math.max(LEAST_SHARE_MS, leftMs() / (subjects.length - index)),
          // The same variant's winners are the likeliest.
          seeds: related
            .sort((a, b) => Number(b.variant === variant) - Number(a.variant === variant))
            .map((w) => w.tuning),
          signal,
          now: host.now,
        });
        winners.push(tuned);
        yield { type: 'tuned', tuned };
      } catch (error) {
        if (error instanceof HarnessError) throw error;
        yield untuned(messageOf(error), true);
      }
    }
  } finally {
    bench.memory.destroy();
    gpu.device.destroy();
  }
}

/** What there is to tune here: the largest shapes that stay quick, where the kernel accepts more than one tuning. */
function problems({ gpu, memory, probeGBps }: Bench, { kernels, profile }: TuneSessionOptions): Subject[] {
  const largestBytes = Math.min(profile.largestBytes, probeGBps * 1e6 * DISPATCH_MS);
  const sizes = dispatchSizes({ ...profile, sizes: 1, largestBytes }, probeGBps, memory.main);
  return planCases({
    kernels: kernels.measured,
    features: gpu.features,
    limits: gpu.info.limits,
    sizes,
    breadth: profile.breadth,
    poolBytes: memory.main.bytes,
  }).filter(({ kernel, params, skip }) => skip === undefined && acceptedTunings(kernel, params).length > 1);
}
