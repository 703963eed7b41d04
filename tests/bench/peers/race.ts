/** Times contestants beside each other on one adapter, in rounds, after each has been found right. */

import { medianSorted, quantileSorted } from 'simple-statistics';
import { openGpu } from '../../../harness/device/device.ts';
import type { KernelCase } from '../../../harness/device/program.ts';
import type { Host } from '../../../harness/host.ts';
import { MAX_COMPILATIONS } from '../../../harness/rig/compilations.ts';
import { type Rig, setUp } from '../../../harness/rig/setup.ts';
import { Stopwatch } from '../../../harness/rig/stopwatch.ts';
import { sidePools } from '../../../harness/sampling/plan.ts';
import { examplesOf, verifyShape } from '../../../harness/sampling/verify.ts';
import { race } from '../../../harness/tuning/race.ts';
import { openTrial, type Trial, type TrialContext, visitTrial } from '../../../harness/tuning/trial.ts';
import { isSoftware } from '../../../results/machine/identity.ts';
import { randomSource, shuffled } from '../../../results/statistics.ts';
import { defaultTuning, type Kernel, type Params, toleranceOf } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';

const SEED = 7;
const SIGNAL = { aborted: false };
const [POOL_BYTES, BUDGET_BYTES] = [2 ** 28, 2 ** 30];
const REGION_MS = 100;
const WARM_UP_MS = 2000;

/** The number of rounds in which all contestants are timed. */
const ROUNDS = 21;

/** The number of examples on which a contestant is verified: those most like what it is timed on. */
const EXAMPLES = 2;

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

/** The time of a dispatch, in ms: on a software adapter that of the CPU, which does not count what else runs there. */
async function msOf(context: TrialContext, trial: Trial): Promise<number | undefined> {
  const { gpu, clock } = context.rig;
  if (!isSoftware(gpu.info)) return visitTrial(context, trial);
  await gpu.device.queue.onSubmittedWorkDone();
  const before = process.cpuUsage();
  await clock.time(DISPATCHES, trial.prepared.encode(DISPATCHES));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / DISPATCHES;
}

/** The dispatches by which the CPU's time is found. */
const DISPATCHES = 6;

/** The most rounds in which layouts are raced. Those that are slower by their whole intervals drop out. */
const LAYOUT_ROUNDS = 12;

/** Returns the fastest of some layouts of our kernels, which are far from each other. */
export async function fastestOf(rig: Rig, cases: readonly KernelCase[]): Promise<KernelCase> {
  const random = randomSource(SEED);
  const runners: (Trial & { readonly one: KernelCase; readonly context: TrialContext })[] = [];
  for (const one of cases) {
    const context = { rig, subject: one, seed: SEED, random, signal: SIGNAL };
    const trial = await openTrial(context, one.tuning, { compilations: 1 });
    if (!('kind' in trial)) runners.push({ ...trial, one, context });
  }
  const [control] = runners;
  if (!control) throw new Error('our kernels must run in one layout at least');
  const visit = (runner: (typeof runners)[number]) => msOf(runner.context, runner);
  const { one } = await race({
    runners,
    control,
    patient: true,
    visit,
    rounds: LAYOUT_ROUNDS,
    over: () => false,
    random,
  });
  for (const { prepared } of runners) prepared.destroy();
  return one;
}

/** The longest dispatch of our defaults, in ms: peers may take a few times as long, and all must be quick enough to time. */
const MAX_DEFAULT_MS = 25;

/** Returns the first of `all` problems that takes our kernel a few ms, or the last. Software adapters are slow. */
export async function quickOf<P extends Params>(rig: Rig, kernel: Kernel, all: readonly P[]): Promise<P> {
  for (const params of all) {
    const context = {
      ...{ rig, subject: { kernel, variant: 'portable', params }, seed: SEED },
      ...{ random: randomSource(SEED), signal: SIGNAL },
    };
    const trial = await openTrial(context, defaultTuning(kernel, 'portable', params), { compilations: 1 });
    if ('kind' in trial) continue;
    const ms = await msOf(context, trial);
    trial.prepared.destroy();
    if (ms !== undefined && ms <= MAX_DEFAULT_MS) return params;
  }
  return all.at(-1) as P;
}

/** What is timed: one dispatch or several, whose times are added up. */
export interface Contestant {
  readonly name: string;
  /** Whether it has the layout of another engine. Default: it is ours. */
  readonly isPeer?: boolean;
  readonly cases: readonly KernelCase[];
}

/** A contestant and its times, in ms, by round. */
export interface Timed {
  readonly name: string;
  readonly isPeer: boolean;
  readonly times: ReadonlyMap<number, number>;
  /** Why it could not be timed. Undefined: it was. */
  readonly tooSlow?: string | undefined;
}

/** Verifies and times contestants. @throws Error if one is wrong */
export async function timed(rig: Rig, contestants: readonly Contestant[]): Promise<Timed[]> {
  const random = randomSource(SEED);
  const entered: (Timed & { times: Map<number, number>; trials: [TrialContext, Trial][] })[] = [];
  for (const { name, isPeer = false, cases } of contestants) {
    const trials: [TrialContext, Trial][] = [];
    let tooSlow: string | undefined;
    for (const one of cases) {
      for (const params of examplesOf(one).slice(0, EXAMPLES)) {
        const comparison = await verifyShape(rig.gpu, rig.filler, { ...one, params });
        const wrong = comparison.wrong(toleranceOf(one.kernel, one.variant, params).nmse);
        if (wrong) throw new Error(`${name} must be right on ${JSON.stringify(params)}: ${wrong}`);
      }
      const context = { rig, subject: one, seed: SEED, random, signal: SIGNAL };
      const trial = await openTrial(context, one.tuning, { compilations: MAX_COMPILATIONS });
      if (!('kind' in trial)) trials.push([context, trial]);
      else if (trial.kind === 'slow') tooSlow = trial.reason;
      else throw new Error(`${name} must be right at full size: ${trial.reason}`);
    }
    entered.push({ name, isPeer, times: new Map(), trials, tooSlow });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { times, trials, tooSlow } of shuffled(entered, random)) {
      if (tooSlow !== undefined) continue;
      let ms: number | undefined = 0;
      for (const [context, trial] of trials) {
        const one: number | undefined = await msOf(context, trial);
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

/** Returns the peers that are faster than the first: in three rounds of four, or, less sure, in half of them. */
export function fasterPeers(all: readonly Timed[]): {
  readonly sure: readonly string[];
  readonly perhaps: readonly string[];
} {
  const below = (p: number) =>
    all
      .filter((one) => {
        const its = one.isPeer && all[0] ? ratios(one, all[0]) : [];
        return its.length > 0 && quantileSorted(its, p) < 1;
      })
      .map(({ name }) => name);
  const sure = below(0.75);
  return { sure, perhaps: below(0.5).filter((name) => !sure.includes(name)) };
}

/** Returns the rows of a table, and a line that names the peers that are faster than the first. */
export function tableOf(all: readonly Timed[]): string[] {
  const [first] = all;
  if (!first) throw new Error('there must be contestants');
  const rows = all.map((one) => {
    if (one.tooSlow !== undefined) return `| ${one.name} | – | ${one.tooSlow} |`;
    const all = ratios(one, first);
    const [low, high] = [0.25, 0.75].map((p) => quantileSorted(all, p).toFixed(2));
    const ms = medianSorted(ascending(one.times.values()));
    return `| ${one.name} | ${ms.toPrecision(3)} | ${medianSorted(all).toFixed(2)} (${low} – ${high}) |`;
  });
  const { sure, perhaps } = fasterPeers(all);
  const named = [...sure, ...perhaps.map((name) => `perhaps ${name}`)];
  return [...rows, '', named.length === 0 ? 'tuned ≥ every peer' : `faster than tuned: ${named.join('; ')}`];
}
