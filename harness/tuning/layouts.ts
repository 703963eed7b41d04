/**
 * Races a few layouts of the yardsticks, by which a machine is judged, before a run is planned. A machine must not be
 * called slow because one layout does not suit it. The fastest is planned, and its times in the record come from samples
 * of their own: by those of the race, the winner would look faster than it is.
 */

import { groupBy } from '../../results/lists.ts';
import type { LayoutRace } from '../../results/record/schema.ts';
import { MIN_UNITS, pairedRatio, randomSource } from '../../results/statistics.ts';
import { defaultTuning, type Tuning } from '../../shaders/kernel.ts';
import { formatsOf, sameTuning } from '../../shaders/problem.ts';
import { type Deadline, OutOfTime } from '../deadline.ts';
import { HarnessError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { Cancellation } from '../host.ts';
import type { Rig } from '../rig/setup.ts';
import type { PlannedCase } from '../sampling/plan.ts';
import { isOut, MIN_GAIN, race } from './race.ts';
import { openTrial, type Subject, type Trial, visitMs, visitTrial } from './trial.ts';
import { PORTABLE } from './winners.ts';

/** The maximum number of rounds of a race: one more than an interval needs. */
const ROUNDS = MIN_UNITS + 1;

/**
 * The defaults give way to a layout that is faster by this factor, in the median of the rounds. By less than that, two
 * runs on one machine might choose different layouts for nothing.
 */
const DEFAULT_GAIN = 1.05;

export interface LayoutsOptions {
  readonly seed: number;
  /** The end of all races. */
  readonly deadline: Deadline;
  readonly signal: Cancellation;
  /** Makes a progress event for the race of a yardstick. */
  readonly progress: (name: string) => RunEvent;
}

/** A race that was run. */
export interface Raced {
  readonly evidence: LayoutRace;
  /** The layout to plan. */
  readonly winner: Tuning;
  /** The layouts that are wrong or do not run here. They are planned as well, so that the record says so. */
  readonly faulty: readonly Tuning[];
}

/**
 * Races the layouts of each yardstick in `planned`, the cases as they are planned without a race: its largest problem in
 * each variant, portable ones first. The control is the tuning that is planned, such as a winner of tuning. A race is
 * left out if there is no time for it, or if its control does not run.
 *
 * @throws HarnessError `device-lost`
 */
export async function* raceLayouts(
  rig: Rig,
  planned: readonly PlannedCase[],
  options: LayoutsOptions,
): AsyncGenerator<RunEvent, Raced[]> {
  const yardsticks = yardsticksOf(planned);
  const raced: Raced[] = [];
  for (const problems of yardsticks) {
    if (options.signal.aborted) break;
    yield options.progress(nameOf(problems[0] as Subject));
    try {
      const one = await raceOne(rig, problems, options);
      if (one) raced.push(one);
    } catch (error) {
      await unlessLost(rig, error);
      // A race that fails leaves what was planned. The plan itself finds out what cannot run.
      if (error instanceof HarnessError) throw error;
    }
    // A device that is being lost resolves what is waited for, and its times mean nothing.
    await unlessLost(rig, undefined);
  }
  return raced;
}

/** @throws HarnessError `device-lost` if the device is lost */
async function unlessLost({ gpu }: Rig, error: unknown): Promise<void> {
  const lost = await gpu.lostFor(error);
  if (lost !== undefined)
    throw new HarnessError('device-lost', `The GPU device was lost while racing layouts (${lost}).`);
}

const nameOf = ({ kernel, variant, params }: Subject): string =>
  `${[kernel.id, ...formatsOf(params)].join(' ')} (${variant})`;

/** Returns the problems of each yardstick in each variant, the largest first, and portable variants before others. */
function yardsticksOf(planned: readonly PlannedCase[]): PlannedCase[][] {
  const judged = planned.filter(({ kernel, params, skip }) => skip === undefined && kernel.yardstick?.includes(params));
  const bytesOf = ({ kernel, params, tuning, variant }: PlannedCase) => kernel.work(params, tuning, variant).bytesRead;
  const isOther = ([first]: readonly PlannedCase[]) => Number(first?.variant !== PORTABLE);
  return [...groupBy(judged, ({ kernel, variant }) => `${kernel.id} ${variant}`).values()]
    .map((cases) => cases.sort((a, b) => bytesOf(b) - bytesOf(a)))
    .sort((a, b) => isOther(a) - isOther(b));
}

/** Races at the largest problem of which two layouts are quick enough to be timed. @throws OutOfTime */
async function raceOne(
  rig: Rig,
  problems: readonly PlannedCase[],
  options: LayoutsOptions,
): Promise<Raced | undefined> {
  for (const { kernel, variant, params, tuning } of problems) {
    const all = [tuning, defaultTuning(kernel, variant, params), ...(kernel.yardstick?.layouts ?? [])];
    const layouts = all.filter(
      (one, i) => kernel.refuses(params, one) === undefined && all.findIndex((other) => sameTuning(other, one)) === i,
    );
    const raced = await raceAt(rig, { kernel, variant, params }, layouts, options);
    if (raced !== 'slow') return raced;
  }
  return undefined;
}

/**
 * Races `layouts`, the first of which is the control.
 *
 * @returns undefined if the control does not run, `slow` if fewer than two are quick enough to be timed
 * @throws OutOfTime
 */
async function raceAt(
  rig: Rig,
  subject: Subject,
  layouts: readonly Tuning[],
  { seed, deadline, signal }: LayoutsOptions,
): Promise<Raced | 'slow' | undefined> {
  const context = { rig, subject, seed, random: randomSource(seed), signal };
  const control = layouts[0] as Tuning;
  const trials: Trial[] = [];
  const faulty: Tuning[] = [];
  const raceMs = (trials: number) => MIN_UNITS * trials * visitMs(rig);
  if (layouts.length * deadline.expectedMs('layout') + raceMs(layouts.length) > deadline.leftMs())
    throw new OutOfTime();
  try {
    for (const tuning of layouts) {
      const trial = await deadline.compiling('layout', (compiled) =>
        openTrial(context, tuning, { compilations: 1, compiled }),
      );
      if (!('kind' in trial)) trials.push(trial);
      else if (trial.kind !== 'slow') faulty.push(tuning);
      if (faulty.includes(control)) return undefined;
    }
    const [first, ...others] = trials;
    if (!first || others.length === 0) return 'slow';
    if (raceMs(trials.length) > deadline.leftMs()) throw new OutOfTime();
    const best = await race({
      ...{ runners: trials, control: first, patient: true, rounds: ROUNDS, random: context.random },
      visit: (trial) => visitTrial(context, trial),
      over: () => signal.aborted || deadline.leftMs() <= 0,
    });
    // What was planned stays, unless it is too slow to be timed or slower.
    const stays =
      first.tuning === control &&
      !isSlower(first, best, sameTuning(control, defaultTuning(subject.kernel, subject.variant, subject.params)));
    const winner = stays ? control : best.tuning;
    const right = layouts.filter((tuning) => !faulty.includes(tuning));
    return { evidence: evidenceOf(subject, right, trials), winner, faulty };
  } finally {
    for (const { prepared } of trials) prepared.destroy();
  }
}

/**
 * Whether the control is so much slower than the best layout that it gives way. A winner of tuning has won many rounds
 * already, so that it must be shown to be slower. The defaults have won nothing: noise of a few rounds must not keep a
 * machine from a layout that is twice as fast.
 */
function isSlower(control: Trial, best: Trial, isDefault: boolean): boolean {
  if (!isDefault) return isOut(control, best, MIN_GAIN);
  return control !== best && (pairedRatio(control.times, best.times)?.value ?? 0) > DEFAULT_GAIN;
}

/** Returns the times of a race. A layout that is too slow to be timed has no rounds. */
function evidenceOf(
  { kernel, variant, params }: Subject,
  layouts: readonly Tuning[],
  trials: readonly Trial[],
): LayoutRace {
  const timesOf = (tuning: Tuning) =>
    trials.find((trial) => trial.tuning === tuning)?.times ?? new Map<number, number>();
  return {
    ...{ kernel: kernel.id, variant, params: { ...params } },
    tried: layouts.map((tuning) => ({
      tuning: { ...tuning },
      rounds: [...timesOf(tuning)].map(([round, ms]) => ({ round, ms })),
    })),
  };
}
