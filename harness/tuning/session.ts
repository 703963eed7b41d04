/**
 * Tunes everything on one adapter within one budget. The rig is set up as for a run. Then comes one problem after the
 * other, each with its share of the time that is left. Problems without a winner come first, so that a second session
 * continues where the first ended.
 */

import type { AdapterInfo, HostInfo } from '../../results/record/schema.ts';
import { randomSource, shuffled } from '../../results/statistics.ts';
import type { Kernel, KernelSet, Params } from '../../shaders/kernel.ts';
import { formatsOf, sameFamily } from '../../shaders/problem.ts';
import { ModuleRefused, openGpu } from '../device/device.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { Cancellation, Host } from '../host.ts';
import { Inbox } from '../inbox.ts';
import type { MemoryBudget } from '../memory-needs.ts';
import type { Profile } from '../profiles.ts';
import { type GrowthLog, GrowthWatch } from '../rig/growth.ts';
import { runNeeds } from '../rig/needs.ts';
import { explainingFailure, type Rig, setUp } from '../rig/setup.ts';
import { Stopwatch } from '../rig/stopwatch.ts';
import { untilSeen, visibilityOf } from '../rig/visibility.ts';
import { dispatchSizes, type PlanOptions, planCases, sidePools } from '../sampling/plan.ts';
import { acceptedTunings } from './candidates.ts';
import type { TuneEvent } from './events.ts';
import type { Tuned } from './store.ts';
import type { Subject } from './trial.ts';
import { CANCELLED, type TuneOptions, tune, type Untuned } from './tune.ts';
import type { Winner } from './winners.ts';

/** The minimum time for a problem, in ms: compiling and verifying the first few candidates takes this long. */
const MIN_SHARE_MS = 1500;

/** The reason why a problem is untuned if the session did not reach it. */
const OUT_OF_TIME = 'the time was spent before its turn';

export interface TuneSessionOptions {
  readonly kernels: KernelSet;
  /** The profile whose pool, sizes and breadth are used. Its budgets of time are not. */
  readonly profile: Profile;
  readonly seed: number;
  /** The maximum GPU memory of all pools together, in bytes. Default: what profile and machine suggest. */
  readonly memoryBytes?: number;
  /** A limit of the default, which an earlier session has taught. */
  readonly learnedLimit?: MemoryBudget | undefined;
  /** Keeps how far memory has grown. */
  readonly growthLog?: GrowthLog | undefined;
  /** The time for all problems together, in ms. */
  readonly budgetMs: number;
  /** Returns the winners of earlier sessions on this machine, once the adapter is known. */
  readonly known: (adapter: AdapterInfo, host: HostInfo) => readonly Winner[] | Promise<readonly Winner[]>;
  readonly signal: Cancellation;
}

/**
 * Tunes every kernel of `options.kernels.measured` that accepts more than one tuning.
 *
 * @throws HarnessError if there is nothing to measure with, or the device is lost.
 */
export async function* tuneKernels(host: Host, options: TuneSessionOptions): AsyncGenerator<TuneEvent, void> {
  const { kernels, profile, seed, budgetMs, signal } = options;
  const gpu = await openGpu(host);
  yield { type: 'adapter', adapter: gpu.info, host: host.info };
  const progress = (detail: string, left = budgetMs): Extract<RunEvent, { type: 'progress' }> => ({
    type: 'progress',
    phase: 'tune',
    fraction: Math.min(1, 1 - left / budgetMs),
    leftMs: [Math.max(0, left), Math.max(0, left)],
    detail,
  });
  const needs = runNeeds(host, gpu.info, {
    ...{ profile, kernels: kernels.measured, hasSteps: false },
    ...{ named: options.memoryBytes, learned: options.learnedLimit },
  });
  yield { type: 'memory', needs };
  const growth = new GrowthWatch(options.growthLog, () => untilSeen(visibilityOf(host), signal));
  const setup = setUp(host, gpu, {
    kernels,
    seed,
    poolBytes: profile.poolBytes,
    budgetBytes: needs.budget.bytes,
    side: sidePools(kernels.measured, profile.breadth),
    regionMs: profile.regionMs,
    warmUpMs: profile.warmUpMs,
    signal,
    stopwatch: new Stopwatch(host.now),
    comparesSlabs: false,
    grows: growth.grows,
    progress: (_, detail) => progress(detail),
    note: () => {},
  });
  let rig: Rig;
  const events = growth.over(explainingFailure(gpu, signal, setup));
  for (;;) {
    const { done, value } = await events.next();
    if (done) {
      rig = value;
      break;
    }
    if (value.type === 'clock' || value.type === 'progress') yield value;
  }

  try {
    const winners = [...(await options.known(gpu.info, host.info))];
    const known = ({ kernel, variant, params }: Subject) =>
      winners.some((w) => w.kernel === kernel.id && w.variant === variant && sameFamily(w.params, params));
    const subjects = shuffled(problems(rig, options), randomSource(seed));
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
      if (signal.aborted || leftMs() < MIN_SHARE_MS) {
        yield untuned(signal.aborted ? CANCELLED : OUT_OF_TIME, false);
        continue;
      }
      const named = `${index + 1} of ${subjects.length}: ${[kernel.id, ...formatsOf(params)].join(' ')} (${variant})`;
      yield progress(named, leftMs());
      const tries = new Inbox<TuneEvent | undefined>();
      const related = winners.filter((w) => w.kernel === kernel.id);
      try {
        const outcome = tuneOrSmaller(rig, [subject, ...smallerOf(subject, rig, options)], {
          seed,
          budgetMs: Math.max(MIN_SHARE_MS, leftMs() / (subjects.length - index)),
          // Winners of the same variant are the likeliest to win again.
          seeds: related
            .sort((a, b) => Number(b.variant === variant) - Number(a.variant === variant))
            .map((w) => w.tuning),
          signal,
          now: host.now,
          onTried: (tried, possible) => tries.put(progress(`${named}, layout ${tried} of ${possible}`, leftMs())),
        });
        const ended = () => tries.put(undefined);
        outcome.then(ended, ended);
        for (let event = await tries.take(); event; event = await tries.take()) yield event;
        const tuned = await outcome;
        if ('untuned' in tuned) yield untuned(tuned.untuned, false);
        else {
          winners.push(tuned);
          yield { type: 'tuned', tuned };
        }
      } catch (error) {
        if (error instanceof HarnessError) throw error;
        yield untuned(messageOf(error), !(error instanceof ModuleRefused));
      }
    }
  } finally {
    rig.close();
  }
}

/** Tunes the first of `subjects`, which descend in size, whose dispatches are short enough to be timed. */
async function tuneOrSmaller(rig: Rig, subjects: readonly Subject[], options: TuneOptions) {
  let outcome: Tuned | Untuned = { untuned: CANCELLED };
  for (const subject of subjects) {
    outcome = await tune(rig, subject, options);
    if (!('untuned' in outcome && outcome.tooLarge)) break;
  }
  return outcome;
}

/**
 * The smaller sizes to try, as shares of the largest. The largest suits the ceiling's rate, and other kernels may take
 * thirty times as long.
 */
const SMALLER = [1 / 4, 1 / 16];

/** Returns the same problem at smaller sizes, descending. */
function smallerOf({ kernel, variant, params }: Subject, rig: Rig, options: TuneSessionOptions): Subject[] {
  const [largest = 0] = sizesOf(rig, options);
  const { breadth } = options.profile;
  return SMALLER.flatMap((share) => {
    const shapes = kernel.shapes([share * largest], breadth, rig.memory.main.bytes);
    const [same] = shapes.filter((p) => sameFamily(p, params) && sameBatch(p, params));
    return same ? [{ kernel, variant, params: same }] : [];
  });
}

/** Whether two problems have the same batch, which does not shrink with the other sizes. */
const sameBatch = (a: Params, b: Params): boolean => a.batch === b.batch;

const sizesOf = ({ probeGBps, memory }: Rig, { profile }: TuneSessionOptions): number[] =>
  dispatchSizes({ ...profile, sizes: 1 }, probeGBps, memory.main);

/** Returns the problems to tune on this machine: the largest shapes that are quick. */
function problems(rig: Rig, options: TuneSessionOptions): Subject[] {
  const { gpu, memory } = rig;
  const { kernels, profile } = options;
  const { features, info } = gpu;
  return tunable({
    kernels: kernels.measured,
    features,
    limits: info.limits,
    sizes: sizesOf(rig, options),
    breadth: profile.breadth,
    poolBytes: memory.main.bytes,
  });
}

/** Returns the problems whose kernels accept more than one tuning. */
const tunable = (options: PlanOptions): Subject[] =>
  planCases(options).filter(
    ({ kernel, params, variant, skip }) => skip === undefined && acceptedTunings(kernel, params, variant).length > 1,
  );

export interface Coverage {
  /** The number of families that can be tuned on this adapter. */
  readonly families: number;
  /** The number of these families that have a winner. */
  readonly tuned: number;
}

/**
 * Counts the families that have a winner. The size of a problem does not change its family, so the profile's smallest
 * size is enough.
 */
export function coverageOf(
  winners: readonly Winner[],
  kernels: readonly Kernel[],
  { features, limits }: AdapterInfo,
  { breadth, smallestBytes }: Profile,
): Coverage {
  const familyOf = (kernel: string, variant: string, params: Params) =>
    JSON.stringify([kernel, variant, ...formatsOf(params)]);
  const won = new Set(winners.map((w) => familyOf(w.kernel, w.variant, w.params)));
  const subjects = tunable({
    kernels,
    features: new Set(features),
    limits,
    sizes: [smallestBytes],
    breadth,
    poolBytes: smallestBytes,
  });
  const families = new Set(subjects.map((s) => familyOf(s.kernel.id, s.variant, s.params)));
  return { families: families.size, tuned: [...families].filter((family) => won.has(family)).length };
}
