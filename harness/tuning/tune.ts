/**
 * Tunes one problem. Every tuning worth trying is compiled, verified, and raced against the best so far. The winner
 * then meets the defaults in paired rounds, and is chosen only if it is faster beyond noise. So the result is never
 * wrong, and slower than the defaults by no more than noise.
 */

import { type Estimate, pairedRatio, randomSource, relativeWidth, shuffled } from '../../results/statistics.ts';
import { defaultTuning, type Tuning, toleranceOf } from '../../shaders/kernel.ts';
import { sameTuning } from '../../shaders/problem.ts';
import { ModuleRefused } from '../device/device.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { Cancellation } from '../host.ts';
import { MAX_COMPILATIONS } from '../rig/compilations.ts';
import type { Rig } from '../rig/setup.ts';
import { examplesOf, verifyExamples, verifyShape } from '../sampling/verify.ts';
import { acceptedTunings, Candidates } from './candidates.ts';
import { MIN_GAIN, race } from './race.ts';
import type { PairedTimes, Tuned, Unfit } from './store.ts';
import { openTrial, type Subject, spotFault, type Trial, type TrialContext, visitTrial } from './trial.ts';

/**
 * The number of new candidates in one heat: about the neighbours that one or two tunables have. All candidates of a
 * heat are on the GPU at once.
 */
const NEWCOMERS = 6;

/** The number of rounds of a heat. Slow candidates drop out earlier. */
const HEAT_ROUNDS = 6;

/**
 * The longest time, in ms, to compile and run a small example. A slower candidate would stall every run that uses it.
 */
const MAX_COMPILE_MS = 4000;

/**
 * The number of candidates that are tried to find one rival of the defaults, even if the budget is spent: compilers can
 * be slow.
 */
const PATIENCE = 3;

/** The number of examples that a candidate must be right on before it is timed. The winner must be right on all. */
const FIRST_EXAMPLES = 2;

/** The share of the budget that is kept for the last rounds. */
const FINAL_SHARE = 0.3;

/** The minimum number of last rounds, whatever the budget. */
const MIN_FINAL_ROUNDS = 6;

/** The maximum number of last rounds. */
const MAX_FINAL_ROUNDS = 24;

/** The last rounds end once the ratio's interval has this relative width. */
const FINAL_WIDTH = 0.01;

/** The reason why a problem is untuned if tuning was cancelled. */
export const CANCELLED = 'cancelled';

/** The objects that all candidates of a problem share. */
interface TuneContext extends TrialContext {
  readonly now: () => number;
}

export interface TuneOptions {
  /** A 32-bit unsigned number that decides the order of candidates and visits. */
  readonly seed: number;
  /**
   * The time for the problem, in ms, the compiling of the defaults included. Even once it is spent, a first rival is
   * looked for, and work under way is finished.
   */
  readonly budgetMs: number;
  /** The tunings to try first: those that won at related problems. */
  readonly seeds?: readonly Tuning[];
  readonly signal: Cancellation;
  /** The monotonic wall clock, in ms. */
  readonly now: () => number;
  /** Called after every candidate that was tried. */
  readonly onTried?: (tried: number, possible: number) => void;
}

/** The outcome for a problem about which tuning learned nothing, although nothing is wrong with it. */
export interface Untuned {
  /** The reason. */
  readonly untuned: string;
  /** Whether one dispatch takes too long. A smaller problem of the family may be quick enough. */
  readonly tooLarge?: true;
}

/**
 * Tunes `subject`. The problem is untuned if tuning was cancelled, if the time was spent before the defaults met a
 * rival, or if the machine is too slow.
 *
 * @throws HarnessError `device-lost`
 * @throws ModuleRefused if the compiler refuses the defaults.
 * @throws Error with the fault, if the defaults are wrong or do not run: then there is nothing to beat.
 */
export async function tune(rig: Rig, subject: Subject, options: TuneOptions): Promise<Tuned | Untuned> {
  const { kernel, variant, params } = subject;
  const defaults = defaultTuning(kernel, variant, params);
  const { seed, budgetMs, seeds = [], signal, now, onTried = () => {} } = options;
  const random = randomSource(seed);
  const context: TuneContext = { rig, subject, seed, random, signal, now };
  const startMs = now();
  const spent = (share: number) => signal.aborted || now() - startMs >= share * budgetMs;
  const control = await openCandidate(context, defaults, Number.POSITIVE_INFINITY);
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
    const candidates = new Candidates(acceptedTunings(kernel, params, variant), defaults, seeds, random);
    const unfit: Unfit[] = [];
    let tried = 1;
    /** The number of candidates that could be raced. */
    let rivals = 0;
    let best: Trial = control;
    const alone = () => rivals === 0 && tried <= PATIENCE;
    const searching = () => !signal.aborted && (alone() || !spent(1 - FINAL_SHARE));

    while (searching()) {
      const newcomers: Trial[] = [];
      while (newcomers.length < NEWCOMERS && searching()) {
        const tuning = candidates.next(best.tuning);
        if (tuning === undefined) break;
        const trial = await openCandidate(context, tuning, MAX_COMPILE_MS);
        onTried(++tried, candidates.count);
        if ('kind' in trial) unfit.push(trial);
        else {
          rivals++;
          newcomers.push(trial);
          open.add(trial);
        }
      }
      if (newcomers.length === 0) break;
      best = await race({
        runners: [...new Set([control, best, ...newcomers])],
        control,
        visit: (trial) => visitTrial(context, trial),
        rounds: HEAT_ROUNDS,
        over: () => spent(1 - FINAL_SHARE),
        random,
      });
      for (const trial of [...open]) if (trial !== control && trial !== best) close(trial);
    }

    if (signal.aborted) return { untuned: CANCELLED };
    if (rivals === 0 && tried < candidates.count) return { untuned: 'no other layout was ready in time' };
    if (best !== control) {
      const fault = await faultOf(context, best);
      if (fault !== undefined) {
        unfit.push({ tuning: best.tuning, kind: 'wrong', reason: fault });
        best = control;
      }
    }
    const final = best === control ? undefined : await lastRounds(context, control, best, () => spent(1));
    const chosen = final?.speedup?.ci95 && final.speedup.ci95[0] > MIN_GAIN ? best.tuning : defaults;
    return {
      kernel: kernel.id,
      variant,
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

/** Verifies a candidate on small examples, and puts it on the GPU at full size. @throws HarnessError `device-lost` */
async function openCandidate(context: TuneContext, tuning: Tuning, maxCompileMs: number): Promise<Trial | Unfit> {
  const { rig, subject, signal, now } = context;
  const { gpu, filler } = rig;
  const { kernel, variant, params } = subject;
  const unfit = (kind: Unfit['kind'], reason: string): Unfit => ({ tuning, kind, reason });
  const isDefault = sameTuning(tuning, defaultTuning(kernel, variant, params));
  try {
    for (const example of examplesOf({ ...subject, tuning }).slice(0, FIRST_EXAMPLES)) {
      // Some machines compile for seconds, so a cancelled session waits for one example at most.
      if (signal.aborted) return unfit('slow', CANCELLED);
      const startMs = now();
      const comparison = await verifyShape(gpu, filler, { kernel, variant, params: example, tuning });
      const tookMs = now() - startMs;
      const fault = comparison.wrong(toleranceOf(kernel, variant, params).nmse);
      if (fault) return unfit('wrong', `${JSON.stringify(example)}: ${fault}`);
      if (tookMs > maxCompileMs) {
        const rule = `a small example must compile and run within ${maxCompileMs} ms`;
        return unfit('slow', `${rule}; ${JSON.stringify(example)} took ${Math.round(tookMs)} ms`);
      }
    }
  } catch (error) {
    const lost = await gpu.lostFor(error);
    if (lost !== undefined) throw new HarnessError('device-lost', `The GPU device was lost while tuning (${lost}).`);
    if (error instanceof ModuleRefused && isDefault) throw error;
    return unfit('failed', messageOf(error));
  }
  // A slow compilation may cost a candidate the race. A slow one of the defaults would let all others win.
  return openTrial(context, tuning, { compilations: isDefault ? MAX_COMPILATIONS : 1 });
}

/** Returns why a winner is wrong on any example or at full size; undefined if it is right. */
async function faultOf(
  { rig, subject, random }: TrialContext,
  { tuning, prepared }: Trial,
): Promise<string | undefined> {
  const { wrong } = await verifyExamples(rig.gpu, rig.filler, { ...subject, tuning });
  return wrong ?? (await spotFault(subject, prepared, random));
}

/**
 * Times the winner and the defaults in paired rounds of their own. A candidate that won its heat by luck loses here.
 */
async function lastRounds(
  context: TrialContext,
  control: Trial,
  candidate: Trial,
  over: () => boolean,
): Promise<{ speedup: Estimate | undefined; samples: PairedTimes[] }> {
  const pair = [control, candidate];
  for (const { times } of pair) times.clear();
  let speedup: Estimate | undefined;
  for (let round = 0; round < MAX_FINAL_ROUNDS; round++) {
    const enough = over() || (speedup !== undefined && relativeWidth(speedup) <= FINAL_WIDTH);
    if (round >= MIN_FINAL_ROUNDS && enough) break;
    for (const trial of shuffled(pair, context.random)) {
      const ms = await visitTrial(context, trial);
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
