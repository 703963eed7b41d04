/** Plans a run: by the adapter's features and limits, by its rate, and by races of the yardsticks' layouts. */

import type { Plan } from '../../results/record/schema.ts';
import { defaultTuning, type KernelSet } from '../../shaders/kernel.ts';
import { sameParams, sameTuning } from '../../shaders/problem.ts';
import type { RunEvent } from '../events.ts';
import type { Cancellation } from '../host.ts';
import type { Profile } from '../profiles.ts';
import type { Rig } from '../rig/setup.ts';
import {
  caseRecord,
  dispatchSizes,
  type PlannedCase,
  planCases,
  type TuningOf,
  type TuningsOf,
} from '../sampling/plan.ts';
import { type Raced, raceLayouts } from '../tuning/layouts.ts';
import { withRaceWinners } from '../tuning/winners.ts';
import type { RunEnd } from './end.ts';

/** The share of a run's time that racing layouts may take. */
const RACE_SHARE = 1 / 10;

export interface PlanningOptions {
  readonly profile: Profile;
  readonly kernels: KernelSet;
  readonly seed: number;
  /** The best tunings known. */
  readonly known: TuningOf;
  /** Whether to measure the defaults beside better tunings. */
  readonly compare: boolean;
  readonly end: RunEnd;
  /** How the run's memory was allocated. */
  readonly memory: Plan['memory'];
  readonly signal: Cancellation;
  /** Makes a progress event. */
  readonly progress: (detail: string) => RunEvent;
}

/** A plan as the record has it, its cases, and the reason of each case that is left out. */
export interface NewPlan {
  readonly plan: Plan;
  readonly planned: PlannedCase[];
  readonly skips: (string | undefined)[];
}

/** Plans a new run. @throws HarnessError `device-lost` */
export async function* newPlan(rig: Rig, options: PlanningOptions): AsyncGenerator<RunEvent, NewPlan> {
  const { profile, kernels, seed, known, compare, end, signal, progress } = options;
  const { gpu, memory, probeGBps } = rig;
  const sizes = dispatchSizes(profile, probeGBps, memory.main);
  const planWith = (tuningsOf: TuningsOf) =>
    planCases({
      kernels: kernels.measured,
      features: gpu.features,
      limits: gpu.info.limits,
      sizes,
      breadth: profile.breadth,
      poolBytes: memory.main.bytes,
      tuningsOf,
      ceiling: kernels.ceiling,
    });
  const raced = yield* raceLayouts(
    rig,
    planWith((...problem) => [known(...problem)]),
    {
      ...{
        seed,
        signal,
        deadline: end.deadline.followed().sooner(Math.max(0, end.deadline.leftMs() - RACE_SHARE * end.ms)),
      },
      progress: (name) => progress(`racing layouts of ${name}`),
    },
  );
  const planned = planWith(tuningsAfter(raced, known, compare));
  const plan: Plan = {
    poolBytes: memory.main.bytes,
    probeGBps,
    largestDispatchBytes: sizes.at(-1) ?? 0,
    layouts: raced.map(({ evidence }) => evidence),
    memory: options.memory,
    cases: planned.map(caseRecord),
  };
  return { plan, planned, skips: planned.map(({ skip }) => skip) };
}

/**
 * Returns the tunings to measure each problem with: the winner of its race or the best known, then the defaults if they
 * are to be compared, then layouts that are wrong or do not run here, so that the record says so.
 */
function tuningsAfter(raced: readonly Raced[], known: TuningOf, compare: boolean): TuningsOf {
  const winners = raced.map(({ evidence, winner }) => ({ ...evidence, tuning: winner }));
  const best = withRaceWinners(known, winners);
  return (kernel, variant, params) => {
    const one = raced.find(
      ({ evidence: e }) => e.kernel === kernel.id && e.variant === variant && sameParams(e.params, params),
    );
    const tunings = [
      best(kernel, variant, params),
      ...(compare ? [defaultTuning(kernel, variant, params)] : []),
      ...(one?.faulty ?? []),
    ];
    return tunings.filter((tuning, i) => tunings.findIndex((other) => sameTuning(other, tuning)) === i);
  };
}
