/**
 * The tuning of one problem: every layout worth trying is compiled, verified, and raced against the best so far; the
 * winner then meets the defaults in paired rounds, and is kept only if it is faster beyond noise. So what comes out
 * is never slower than the defaults, but for noise, and never wrong.
 */

import { sampleMs } from '../../results/derive.ts';
import {
  type Estimate,
  pairedRatio,
  type RandomSource,
  randomSource,
  relativeWidth,
  shuffled,
} from '../../results/statistics.ts';
import { type Kernel, type Params, type Tuning, toleranceOf } from '../../shaders/kernel.ts';
import { sameFamily } from '../../shaders/problem.ts';
import { checked } from '../device/device.ts';
import type { KernelCase } from '../device/program.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { Cancellation } from '../host.ts';
import { prepareFastest } from '../rig/compilations.ts';
import type { Rig } from '../rig/setup.ts';
import { undisturbed, visibilityOf } from '../rig/visibility.ts';
import type { Prepared } from '../sampling/prepared.ts';
import { MAX_DISPATCH_MS } from '../sampling/regions.ts';
import { Sampler } from '../sampling/sampler.ts';
import { Comparison, verifyExamples, verifyShape } from '../sampling/verify.ts';
import { acceptedTunings, Candidates } from './candidates.ts';
import { type Runner, race } from './race.ts';
import type { PairedTimes, Tuned, Unfit } from './store.ts';

/** Longest timed region: above what a coarse clock needs for a per cent, short enough for many candidates. */
const REGION_MS = 20;

/** The two regions of a visit, as shares of the longer one. */
const REGION_SHARES = [1 / 4, 1];

/** Newcomers in one heat: as many neighbours as a tunable or two have. All of a heat are on the GPU at once. */
const NEWCOMERS = 6;

/** Rounds of a heat: whoever is behind has dropped out before. */
const HEAT_ROUNDS = 6;

/** A candidate whose first look at a small example takes longer, compiling included, would stall every run with it. */
const LONGEST_COMPILE_MS = 4000;

/** However slow the compiler, a problem that was begun is worth one rival: so many are tried to find it. */
const PATIENCE = 3;

/** Examples that a candidate must be right on before it is timed; the winner must be right on all. */
const FIRST_EXAMPLES = 2;

/** This share of the budget is kept for the last rounds. */
const FINAL_SHARE = 0.3;

/** Last rounds: at least so many, whatever the budget, … */
const FEWEST_FINAL_ROUNDS = 6;
/** … at most so many, … */
const MOST_FINAL_ROUNDS = 24;
/** … and no more once the ratio's interval is this narrow. */
const FINAL_WIDTH = 0.01;

/**
 * A candidate is faster that is so by this factor, by the whole of the interval. With 1, of a hundred problems whose
 * candidates are as fast as the defaults two or three would win by chance.
 */
export const LEAST_GAIN = 1.02;

/** Why nothing is known of a problem whose tuning was cancelled. */
export const CANCELLED = 'cancelled';

/** A problem to be tuned. */
export type Subject = Pick<KernelCase, 'kernel' | 'variant' | 'params'>;

export interface TuneOptions {
  /** 32-bit unsigned: decides the order of candidates and visits. */
  readonly seed: number;
  /** In ms, the compiling of the defaults included. A rival is looked for even so, and what is under way is finished. */
  readonly budgetMs: number;
  /** Tried first: what won at related problems. */
  readonly seeds?: readonly Tuning[];
  readonly signal: Cancellation;
  /** Monotonic wall clock in ms. */
  readonly now: () => number;
  /** Told of every candidate that was tried. */
  readonly onTried?: (tried: number, possible: number) => void;
}

/** Where trials are held. */
interface Ground {
  readonly rig: Rig;
  readonly subject: Subject;
  readonly seed: number;
  readonly random: RandomSource;
  readonly signal: Cancellation;
  readonly now: () => number;
}

/** A candidate on the GPU, right so far. */
interface Trial extends Runner {
  readonly tuning: Tuning;
  readonly prepared: Prepared;
  readonly sampler: Sampler;
}

/** Why nothing is known of a problem, though nothing is wrong with it. */
export interface Untuned {
  readonly untuned: string;
  /** One dispatch takes too long: a smaller one of the family may not. */
  readonly tooLarge?: true;
}

/**
 * Tunes `subject`; cancelled, out of time before the defaults have met a rival, or on too slow a machine, it says so.
 *
 * @throws HarnessError `device-lost`
 * @throws Error naming the fault where the defaults themselves are wrong or do not run: then there is nothing to beat.
 */
export async function tune(rig: Rig, subject: Subject, options: TuneOptions): Promise<Tuned | Untuned> {
  const { kernel, params } = subject;
  const { seed, budgetMs, seeds = [], signal, now, onTried = () => {} } = options;
  const random = randomSource(seed);
  const ground: Ground = { rig, subject, seed, random, signal, now };
  const startMs = now();
  const spent = (share: number) => signal.aborted || now() - startMs >= share * budgetMs;
  const control = await openTrial(ground, kernel.defaults, Number.POSITIVE_INFINITY);
  if ('kind' in control) {
    if (control.kind === 'slow') return { untuned: control.reason, tooLarge: true };
    throw new Error(`the defaults ${control.kind === 'wrong' ? 'are wrong' : 'fail'}: ${control.reason}`);
  }
  const open = new Set([control]);
  const close = (trial: Trial) => {
    trial.prepared.destroy();
    open.delete(trial);
  };
  try {
    const candidates = new Candidates(acceptedTunings(kernel, params, subject.variant), kernel.defaults, seeds, random);
    const unfit: Unfit[] = [];
    let tried = 1;
    let met = 0;
    let best: Trial = control;
    const alone = () => met === 0 && tried <= PATIENCE;
    const searching = () => !signal.aborted && (alone() || !spent(1 - FINAL_SHARE));

    while (searching()) {
      const newcomers: Trial[] = [];
      while (newcomers.length < NEWCOMERS && searching()) {
        const tuning = candidates.next(best.tuning);
        if (tuning === undefined) break;
        const trial = await openTrial(ground, tuning, LONGEST_COMPILE_MS);
        onTried(++tried, candidates.count);
        if ('kind' in trial) unfit.push(trial);
        else {
          met++;
          newcomers.push(trial);
          open.add(trial);
        }
      }
      if (newcomers.length === 0) break;
      best = await race({
        runners: [...new Set([control, best, ...newcomers])],
        control,
        visit: (trial) => visit(ground, trial),
        rounds: HEAT_ROUNDS,
        over: () => spent(1 - FINAL_SHARE),
        random,
      });
      for (const trial of [...open]) if (trial !== control && trial !== best) close(trial);
    }

    if (signal.aborted) return { untuned: CANCELLED };
    if (met === 0 && tried < candidates.count) return { untuned: 'no other layout was ready in time' };
    if (best !== control) {
      const fault = await faultOf(ground, best);
      if (fault !== undefined) {
        unfit.push({ tuning: best.tuning, kind: 'wrong', reason: fault });
        best = control;
      }
    }
    const final = best === control ? undefined : await lastRounds(ground, control, best, () => spent(1));
    const chosen = final?.speedup?.ci95 && final.speedup.ci95[0] > LEAST_GAIN ? best.tuning : kernel.defaults;
    return {
      kernel: kernel.id,
      variant: subject.variant,
      params,
      tuning: chosen,
      evidence: {
        tried,
        possible: candidates.count,
        unfit,
        candidate: best === control ? null : best.tuning,
        speedup: final?.speedup ? { value: final.speedup.value, ci95: final.speedup.ci95 } : null,
        samples: final?.samples ?? [],
      },
    };
  } finally {
    for (const trial of [...open]) close(trial);
  }
}

/** Compiles a candidate, verifies it on small examples, and looks at its output at full size. */
async function openTrial(ground: Ground, tuning: Tuning, longestCompileMs: number): Promise<Trial | Unfit> {
  const { rig, subject, seed, random, signal, now } = ground;
  const { gpu, filler, clock } = rig;
  const { kernel, variant, params } = subject;
  let prepared: Prepared | undefined;
  const unfit = (kind: Unfit['kind'], reason: string): Unfit => {
    prepared?.destroy();
    return { tuning, kind, reason };
  };
  try {
    for (const example of firstExamples(kernel, variant, params, tuning)) {
      // Compiling takes seconds on some machines: whoever cancels waits for one example at most.
      if (signal.aborted) return unfit('slow', CANCELLED);
      const startMs = now();
      const comparison = await verifyShape(gpu, filler, { kernel, variant, params: example, tuning });
      const tookMs = now() - startMs;
      const fault = comparison.wrong(toleranceOf(kernel, variant, params).nmse);
      if (fault) return unfit('wrong', `${JSON.stringify(example)}: ${fault}`);
      if (tookMs > longestCompileMs) {
        const took = `${Math.round(tookMs)} ms to compile and run a small example, more than ${longestCompileMs} ms`;
        return unfit('slow', `${JSON.stringify(example)}: ${took}`);
      }
    }
    return await checked(gpu.device, async () => {
      // An unlucky compilation may cost a candidate the race; of the defaults it would make winners of all others.
      const compilations = tuning === kernel.defaults ? undefined : 1;
      const kernelCase = { kernel, variant, params, tuning };
      const look = await prepareFastest(rig, { clock, seed, kernelCase, regionMs: REGION_MS, compilations });
      const { dispatchMs } = look;
      prepared = look.prepared;
      if (dispatchMs > MAX_DISPATCH_MS) {
        return unfit('slow', `one dispatch takes ${dispatchMs.toPrecision(3)} ms, more than ${MAX_DISPATCH_MS} ms`);
      }
      const fault = await spotFault(subject, prepared, random);
      if (fault) return unfit('wrong', fault);
      const sampler = new Sampler({
        ...{ clock, workload: prepared, firstLookMs: dispatchMs, regionMs: REGION_MS },
        ...{ shares: REGION_SHARES, sameLengths: true },
      });
      return { tuning, prepared, sampler, times: new Map() };
    });
  } catch (error) {
    const lost = gpu.lost();
    if (lost !== undefined) throw new HarnessError('device-lost', `The GPU device was lost while tuning (${lost}).`);
    return unfit('failed', messageOf(error));
  }
}

/**
 * Small examples of the same family. Those that share most sizes with `params` (a batch, say) come first; the very
 * smallest shows the least, and is left out where there are others.
 */
export function firstExamples(kernel: Kernel, variant: string, params: Params, tuning: Tuning): Params[] {
  const runs = (p: Params) =>
    (kernel.variants[variant]?.exists?.(p) ?? true) && kernel.refuses(p, tuning) === undefined;
  const kin = kernel.examples.filter((p) => sameFamily(p, params) && runs(p));
  const shared = (p: Params) => Object.keys(p).filter((name) => p[name] === params[name]).length;
  const bytes = (p: Params) => {
    const { bytesRead, bytesWritten } = kernel.work(p, tuning, variant);
    return bytesRead + bytesWritten;
  };
  const bySize = kin.sort((a, b) => bytes(a) - bytes(b));
  return (bySize.length > FIRST_EXAMPLES ? bySize.slice(1) : bySize)
    .sort((a, b) => shared(b) - shared(a))
    .slice(0, FIRST_EXAMPLES);
}

/** Visits a candidate. Returns ms per dispatch, as the slope between the two region lengths; undefined if it is not positive. */
async function visit({ rig, random, signal }: Ground, { sampler }: Trial): Promise<number | undefined> {
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

/** Why the output of the last dispatch at full size is wrong, or undefined. */
async function spotFault(
  { kernel, variant, params }: Subject,
  prepared: Prepared,
  random: RandomSource,
): Promise<string | undefined> {
  const comparison = new Comparison();
  await prepared.check(random, comparison);
  return comparison.wrong(toleranceOf(kernel, variant, params).nmse);
}

/** Why a winner is wrong after all, on every example or on what it was timed on; undefined where it is right. */
async function faultOf({ rig, subject, random }: Ground, { tuning, prepared }: Trial): Promise<string | undefined> {
  const { wrong } = await verifyExamples(rig.gpu, rig.filler, { ...subject, tuning });
  return wrong ?? (await spotFault(subject, prepared, random));
}

/** The winner and the defaults, in paired rounds of their own: what was won by luck is lost again here. */
async function lastRounds(
  ground: Ground,
  control: Trial,
  candidate: Trial,
  over: () => boolean,
): Promise<{ speedup: Estimate | undefined; samples: PairedTimes[] }> {
  const pair = [control, candidate];
  for (const { times } of pair) times.clear();
  let speedup: Estimate | undefined;
  for (let round = 0; round < MOST_FINAL_ROUNDS; round++) {
    const enough = over() || (speedup !== undefined && relativeWidth(speedup) <= FINAL_WIDTH);
    if (round >= FEWEST_FINAL_ROUNDS && enough) break;
    for (const trial of shuffled(pair, ground.random)) {
      const ms = await visit(ground, trial);
      if (ms !== undefined) trial.times.set(round, ms);
    }
    speedup = pairedRatio(control.times, candidate.times);
  }
  const samples = [...control.times].flatMap(([round, defaultMs]) => {
    const candidateMs = candidate.times.get(round);
    return candidateMs === undefined ? [] : [{ round, defaultMs, candidateMs }];
  });
  return { speedup, samples };
}
