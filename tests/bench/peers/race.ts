/** Times contestants beside each other on one adapter, in rounds, after each has been found right. */

import { medianSorted, quantileSorted } from 'simple-statistics';
import { openGpu } from '../../../harness/device/device.ts';
import type { KernelCase } from '../../../harness/device/program.ts';
import type { Host } from '../../../harness/host.ts';
import { MAX_COMPILATIONS } from '../../../harness/rig/compilations.ts';
import { type Rig, setUp } from '../../../harness/rig/setup.ts';
import { Stopwatch } from '../../../harness/rig/stopwatch.ts';
import { sidePools } from '../../../harness/sampling/plan.ts';
import { verifyExamples } from '../../../harness/sampling/verify.ts';
import { race } from '../../../harness/tuning/race.ts';
import { openTrial, type Trial, type TrialContext, visitTrial } from '../../../harness/tuning/trial.ts';
import { tune } from '../../../harness/tuning/tune.ts';
import { randomSource, shuffled } from '../../../results/statistics.ts';
import { defaultTuning, type Kernel, type Params, type Tuning } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';

const SEED = 7;
const SIGNAL = { aborted: false };
const [POOL_BYTES, BUDGET_BYTES] = [2 ** 28, 2 ** 30];
const REGION_MS = 100;
const WARM_UP_MS = 2000;

/** The number of rounds in which all contestants are timed. */
const ROUNDS = 15;

/** Opens the adapter of the host, with memory for `kernels`. */
export async function openRig(host: Host, kernels: readonly Kernel[]): Promise<Rig> {
  const gpu = await openGpu(host);
  const setup = setUp(host, gpu, {
    ...{ kernels: { ...KERNELS, measured: kernels }, seed: SEED, signal: SIGNAL, comparesSlabs: false },
    ...{ poolBytes: POOL_BYTES, budgetBytes: BUDGET_BYTES, side: sidePools(kernels, 'all') },
    ...{ regionMs: REGION_MS, warmUpMs: WARM_UP_MS, stopwatch: new Stopwatch(host.now) },
    ...{
      grows: () => {},
      note: () => {},
      progress: (phase, detail) => ({ type: 'progress', phase, detail, fraction: 0, leftMs: [0, 0] }),
    },
  });
  for (;;) {
    const { done, value } = await setup.next();
    if (done) return value;
  }
}

/** The number of rounds in which layouts that are far from each other are raced. */
const LAYOUT_ROUNDS = 7;

/**
 * Returns the best tuning that is found: by tuning for `budgetMs`, and among the layouts that `gemv` races on every
 * machine. A busy machine may compile none in the time that tuning has for it.
 */
export async function tuned(
  rig: Rig,
  { kernel, variant, params }: Pick<KernelCase, 'kernel' | 'variant' | 'params'>,
  budgetMs: number,
): Promise<Tuning> {
  const subject = { kernel, variant, params };
  const layouts = [defaultTuning(kernel, variant, params), ...(kernel.yardstick?.layouts ?? [])].filter(
    (tuning) => kernel.refuses(params, tuning) === undefined,
  );
  const options = { seed: SEED, budgetMs, seeds: layouts, signal: SIGNAL, now: rig.host.now };
  const found = await tune(rig, subject, options);
  const all = 'untuned' in found ? layouts : [found.tuning, ...layouts];
  const random = randomSource(SEED);
  const context = { rig, subject, seed: SEED, random, signal: SIGNAL };
  const runners: Trial[] = [];
  for (const tuning of all) {
    const trial = await openTrial(context, tuning, { compilations: MAX_COMPILATIONS });
    if (!('kind' in trial)) runners.push(trial);
  }
  const [control] = runners;
  if (!control) throw new Error(`${kernel.id} (${variant}) must run in one layout at least`);
  const visit = (trial: Trial) => visitTrial(context, trial);
  const best = await race({ runners, control, patient: true, visit, rounds: LAYOUT_ROUNDS, over: () => false, random });
  for (const { prepared } of runners) prepared.destroy();
  return best.tuning;
}

/** The longest dispatch of our defaults, in ms: peers may take a few times as long, and all must be quick enough to time. */
const MAX_DEFAULT_MS = 10;

/** Returns the first of `all` problems that takes our kernel a few ms, or the last. Software adapters are slow. */
export async function quickOf<P extends Params>(rig: Rig, kernel: Kernel, all: readonly P[]): Promise<P> {
  for (const params of all) {
    const context = {
      ...{ rig, subject: { kernel, variant: 'portable', params }, seed: SEED },
      ...{ random: randomSource(SEED), signal: SIGNAL },
    };
    const trial = await openTrial(context, defaultTuning(kernel, 'portable', params), { compilations: 1 });
    if ('kind' in trial) continue;
    const ms = await visitTrial(context, trial);
    trial.prepared.destroy();
    if (ms !== undefined && ms <= MAX_DEFAULT_MS) return params;
  }
  return all.at(-1) as P;
}

/** What is timed: one dispatch or several, whose times are added up. */
export interface Contestant {
  readonly name: string;
  readonly cases: readonly KernelCase[];
}

/** A contestant and its times, in ms, by round. */
export interface Timed {
  readonly name: string;
  readonly times: ReadonlyMap<number, number>;
}

/** Verifies and times contestants. @throws Error if one is wrong */
export async function timed(rig: Rig, contestants: readonly Contestant[]): Promise<Timed[]> {
  const random = randomSource(SEED);
  const entered: { name: string; times: Map<number, number>; trials: [TrialContext, Trial][] }[] = [];
  for (const { name, cases } of contestants) {
    const trials: [TrialContext, Trial][] = [];
    for (const one of cases) {
      const { wrong } = await verifyExamples(rig.gpu, rig.filler, one);
      if (wrong !== undefined) throw new Error(`${name} must be right on its examples: ${wrong}`);
      const context = { rig, subject: one, seed: SEED, random, signal: SIGNAL };
      const trial = await openTrial(context, one.tuning, { compilations: MAX_COMPILATIONS });
      if ('kind' in trial) throw new Error(`${name} must be right at full size, and quick: ${trial.reason}`);
      trials.push([context, trial]);
    }
    entered.push({ name, times: new Map(), trials });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { times, trials } of shuffled(entered, random)) {
      let ms: number | undefined = 0;
      for (const [context, trial] of trials) {
        const one: number | undefined = await visitTrial(context, trial);
        ms = ms === undefined || one === undefined ? undefined : ms + one;
      }
      if (ms !== undefined) times.set(round, ms);
    }
  }
  for (const { trials } of entered) for (const [, { prepared }] of trials) prepared.destroy();
  return entered;
}

const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

/** The time of a contestant over that of the first, round by round, ascending. */
const ratios = ({ times }: Timed, first: Timed): number[] =>
  ascending([...times].flatMap(([round, ms]) => ms / (first.times.get(round) ?? Number.NaN)).filter(Number.isFinite));

/** Returns the rows of a table, and a line that names those that are faster than the first. */
export function tableOf(all: readonly Timed[]): string[] {
  const [first] = all;
  if (!first) throw new Error('there must be contestants');
  const rows = all.map((one) => {
    const all = ratios(one, first);
    const [low, high] = [0.25, 0.75].map((p) => quantileSorted(all, p).toFixed(2));
    const ms = medianSorted(ascending(one.times.values()));
    return `| ${one.name} | ${ms.toPrecision(3)} | ${medianSorted(all).toFixed(2)} (${low} – ${high}) |`;
  });
  const faster = all.flatMap((one) => {
    const its = ratios(one, first);
    if (one === first || medianSorted(its) >= 1) return [];
    return [`${quantileSorted(its, 0.75) < 1 ? '' : 'perhaps '}${one.name}`];
  });
  const verdict = faster.length === 0 ? 'tuned ≥ all others' : `faster than tuned: ${faster.join('; ')}`;
  return [...rows, '', verdict];
}
