/**
 * The measuring of a plan on one device: cases are verified and opened wave by wave, and visited in shuffled rounds until
 * they are settled or the time is spent.
 */

import type { Measurement, RecordBody, Stopped } from '../../results/schema.ts';
import { FEWEST_UNITS, type RandomSource, randomSource, shuffled } from '../../results/statistics.ts';
import type { KernelSet } from '../../shaders/kernel.ts';
import { formatsOf, sameParams } from '../../shaders/problem.ts';
import type { Clock } from '../clock/clock.ts';
import { measureSteps } from '../decode/steps.ts';
import type { DecodePlan } from '../decode/tasks.ts';
import { messageOf } from '../errors.ts';
import type { Phase, RunEvent } from '../events.ts';
import type { Cancellation, Host, Visibility } from '../host.ts';
import { isUnfinished, type Journal } from '../journal.ts';
import type { Profile } from '../profiles.ts';
import { prepareFastest } from '../rig/compilations.ts';
import type { Bench } from '../rig/setup.ts';
import { spoiledBy, untilSeen, visibilityOf } from '../rig/visibility.ts';
import { CaseRun } from '../sampling/case-run.ts';
import { caseRecord, type PlannedCase } from '../sampling/plan.ts';
import { MAX_DISPATCH_MS, MAX_SUBMISSION_MS, maxRegionMs } from '../sampling/regions.ts';
import { type Enough, mayEnd } from '../sampling/settling.ts';
import { Verdicts } from '../sampling/verify.ts';
import { wavesOf } from './waves.ts';

/** The share of a wave that verifying and opening its cases takes, for the progress bar only. */
const OPENING_SHARE = 0.07;

/** Where decode steps follow, the kernels' share of the budget, and of the progress bar. */
const KERNELS_SHARE = 0.5;

/** Rounds that a wave gets once it is open, whatever the time: an interval needs as many. */
const LEAST_ROUNDS = FEWEST_UNITS;

/** So many timestamps that cannot be, in a row of visits of one run, and the wall clock is believed instead. */
const MOST_IMPOSSIBLE = 3;

/** A case on which so many devices were lost is not tried again. */
const MOST_LOST_ON = 2;

/** A submission is long where it took so much more than it may: less is a late waking. */
const LONG = 1.5;

export interface Work {
  readonly host: Host;
  readonly bench: Bench;
  readonly options: {
    readonly kernels: KernelSet;
    readonly profile: Profile;
    readonly seed: number;
    readonly budgetMs?: number | undefined;
    readonly keep?: ((body: () => RecordBody) => unknown) | undefined;
    readonly signal: Cancellation;
  };
  readonly planned: readonly PlannedCase[];
  /** Decode steps, after the kernels. */
  readonly decode: DecodePlan | undefined;
  readonly journal: Journal;
  /** An event, with `done` 0 … 1 of the cases' time gone. */
  readonly progress: (phase: Phase, detail: string, done?: number) => RunEvent;
}

/** Measures what the journal has not finished. Returns why the device was lost, or undefined where the run is over. */
export function measurePlan(work: Work): AsyncGenerator<RunEvent, string | undefined> {
  return new Measuring(work).run();
}

class Measuring {
  readonly #work: Work;
  readonly #visibility: Visibility;
  readonly #random: RandomSource;
  readonly #clock: Clock;
  readonly #verdicts = new Verdicts();
  /** The cases that are open on this device, by their index in the plan. */
  readonly #runs = new Map<number, CaseRun>();
  /** Measured in every wave, for the others to be compared with: the ceiling's largest problem. */
  readonly #ceilings: readonly number[];
  /** Visits in a row whose timestamps cannot be. */
  #impossible = 0;

  constructor(work: Work) {
    const { host, bench, options, planned, journal } = work;
    this.#work = work;
    this.#visibility = visibilityOf(host);
    this.#random = randomSource(options.seed + journal.round);
    // Of the run, not of this device: which clock is believed may change on the way.
    this.#clock = {
      get kind() {
        return journal.clock?.trusted ?? bench.clock.kind;
      },
      time: (dispatches, encode) => bench.clock.time(dispatches, encode),
      destroy() {},
    };
    const { ceiling } = options.kernels;
    const largest = ceiling.shapes([journal.plan?.largestDispatchBytes ?? 0], 'few', bench.memory.main.bytes);
    this.#ceilings = [...planned.keys()].filter((index) => {
      const { kernel, params } = planned[index] as PlannedCase;
      return kernel === ceiling && largest.some((p) => sameParams(p, params));
    });
  }

  async *run(): AsyncGenerator<RunEvent, string | undefined> {
    const { bench, options, planned, decode, journal } = this.#work;
    const { profile, budgetMs = Number.POSITIVE_INFINITY, signal } = options;
    const waves = wavesOf(planned, (index) => this.#ceilings.includes(index), profile.waveCases)
      .map((wave) => wave.filter((index) => isUnfinished(journal.measurement(index))))
      .filter((wave) => wave.length > 0);
    // What is known from the plan, or from earlier devices and sessions.
    for (const index of planned.keys()) {
      if (!isUnfinished(journal.measurement(index)) || journal.earlier(index)) yield this.#event(index);
    }
    let roundsMs = 0;
    const kernelsShare = decode ? KERNELS_SHARE : 1;
    for (const [nth, wave] of waves.entries()) {
      const wavesLeft = waves.length - nth;
      const done = (share: number) => (kernelsShare * (nth + share)) / waves.length;
      const deadlineMs = journal.spentMs() + (kernelsShare * budgetMs - journal.spentMs()) / wavesLeft;
      yield* this.#open(wave, (share) => done(OPENING_SHARE * share));
      const startMs = journal.spentMs();
      const shareMs = Math.max(1, Math.min((profile.measureMs - roundsMs) / wavesLeft, deadlineMs - startMs));
      const stays = (index: number) => wavesLeft > 1 && this.#ceilings.includes(index);
      yield* this.#rounds(wave, shareMs, stays, (share) => done(OPENING_SHARE + (1 - OPENING_SHARE) * share));
      roundsMs += journal.spentMs() - startMs;
      if (this.#isOver()) break;
    }
    if (decode && !this.#isOver()) {
      yield* this.#steps(decode);
    }
    const lost = bench.gpu.lost();
    for (const index of planned.keys()) yield* this.#stop(index, lost !== undefined ? 'lost' : 'cancelled');
    for (const [index, caseRun] of this.#runs) {
      caseRun.destroy();
      journal.record(index, caseRun.measurement());
    }
    this.#runs.clear();
    if (lost !== undefined) return `the GPU device was lost: ${lost}`;
    if (signal.aborted) journal.note('cancelled', 'cancelled by the user');
    else journal.outOfTime();
    return undefined;
  }

  async *#steps(decode: DecodePlan): AsyncGenerator<RunEvent> {
    const { bench, options, journal, progress } = this.#work;
    const { budgetMs = Number.POSITIVE_INFINITY } = options;
    try {
      await bench.makeRoom();
    } catch (error) {
      if (options.signal.aborted || (await bench.gpu.lostFor(error)) !== undefined) return;
      throw error;
    }
    yield* measureSteps({
      bench,
      clock: this.#clock,
      decode,
      options,
      verdicts: this.#verdicts,
      journal,
      visibility: this.#visibility,
      progress: (phase, detail, done) => progress(phase, detail, KERNELS_SHARE + (1 - KERNELS_SHARE) * done),
      paused: () => this.#paused(),
      isOver: () => this.#isOver() || journal.spentMs() > budgetMs,
      keep: async () => {
        await options.keep?.(() => journal.body());
      },
    });
  }

  #isOver(): boolean {
    const { bench, options } = this.#work;
    return bench.gpu.lost() !== undefined || options.signal.aborted;
  }

  #event(index: number): RunEvent {
    return { type: 'measurement', index, measurement: this.#work.journal.measurement(index) };
  }

  /** The run of case `index`, if it is open and still to be visited. */
  #active(index: number): CaseRun | undefined {
    const caseRun = this.#runs.get(index);
    return caseRun?.active ? caseRun : undefined;
  }

  *#stop(index: number, why: Stopped): Generator<RunEvent> {
    const caseRun = this.#active(index);
    if (!caseRun) return;
    caseRun.stop(why);
    this.#work.journal.record(index, caseRun.measurement());
    yield this.#event(index);
  }

  /** Verifies and opens the cases of a wave. */
  async *#open(wave: readonly number[], done: (share: number) => number): AsyncGenerator<RunEvent> {
    const { options, planned, journal, progress } = this.#work;
    for (const [opened, index] of wave.entries()) {
      if (this.#isOver() || journal.spentMs() > (options.budgetMs ?? Number.POSITIVE_INFINITY)) return;
      if (this.#active(index)) continue;
      const plannedCase = planned[index] as PlannedCase;
      yield progress('verify', `is ${nameOf(plannedCase)} right?`, done(opened / wave.length));
      try {
        const opened = await openCase(this.#work, this.#clock, this.#verdicts, index);
        if (opened instanceof CaseRun) this.#runs.set(index, opened);
        journal.record(index, opened instanceof CaseRun ? opened.measurement() : opened);
      } catch (error) {
        if (await this.#goneWith(index, error)) return;
      }
      if (!this.#active(index)) yield this.#event(index);
    }
  }

  /** Rounds of a wave and the ceilings, until all are settled or `shareMs` are spent. Those that `stay` stay open. */
  async *#rounds(
    wave: readonly number[],
    shareMs: number,
    stay: (index: number) => boolean,
    done: (share: number) => number,
  ): AsyncGenerator<RunEvent> {
    const { options, planned, journal, progress } = this.#work;
    const all = [...new Set([...wave, ...this.#ceilings])];
    const settled = new Map<number, Enough>();
    const unsettled = (indices: readonly number[]) => indices.filter((i) => this.#active(i) && !settled.has(i));
    const [startMs, first] = [journal.spentMs(), journal.round];
    rounds: for (; unsettled(wave).length > 0; journal.nextRound()) {
      const nth = journal.round - first;
      for (const index of shuffled(unsettled(all), this.#random)) {
        yield* this.#paused();
        const spent = (journal.spentMs() - startMs) / shareMs;
        if (this.#isOver() || (spent >= 1 && this.#mayEnd(wave, nth))) break rounds;
        const name = nameOf(planned[index] as PlannedCase);
        yield progress('measure', `round ${nth + 1}: ${name}`, done(Math.min(1, spent)));
        const caseRun = this.#active(index) as CaseRun;
        try {
          await this.#visit(caseRun, name);
          const enough = nth + 1 >= caseRun.precision.fewestRounds ? caseRun.settled() : undefined;
          if (enough && stay(index)) settled.set(index, enough);
          else if (enough) caseRun.stop(enough);
          journal.record(index, caseRun.measurement());
        } catch (error) {
          if (await this.#goneWith(index, error)) break rounds;
        }
        yield this.#event(index);
        await options.keep?.(() => journal.body());
      }
    }
    if (this.#isOver()) return;
    for (const index of all) if (!stay(index)) yield* this.#stop(index, settled.get(index) ?? 'time');
  }

  /** After so many rounds, does every case of the wave have its interval, as far as it is to be had? */
  #mayEnd(wave: readonly number[], rounds: number): boolean {
    return wave.every((index) => {
      const caseRun = this.#active(index);
      return !caseRun || mayEnd(rounds, LEAST_ROUNDS, caseRun.dispatchMs);
    });
  }

  /** One visit, and what follows from it for the run. @throws GpuError */
  async #visit(caseRun: CaseRun, name: string): Promise<void> {
    const { journal } = this.#work;
    const spoiled = spoiledBy(this.#visibility);
    const { round, sinceStartMs } = journal;
    const { longestMs, impossible } = await caseRun.visit({ round, sinceStartMs, random: this.#random, spoiled });
    if (longestMs > LONG * MAX_SUBMISSION_MS) journal.noteLong(name, longestMs);
    this.#impossible = impossible === undefined ? 0 : this.#impossible + 1;
    if (impossible !== undefined && this.#impossible === MOST_IMPOSSIBLE) {
      journal.distrustTimestamps(`Timestamps became impossible (${impossible})`);
    }
  }

  /** Waits for whoever hid the tab, and warms the GPU up again. */
  async *#paused(): AsyncGenerator<RunEvent> {
    const { host, bench, options, journal, progress } = this.#work;
    const { signal } = options;
    if (!this.#visibility.hidden || signal.aborted) return;
    yield progress('paused', 'this tab is hidden: the run goes on when it is shown');
    const sinceMs = host.now();
    await untilSeen(this.#visibility, signal);
    const hiddenMs = host.now() - sinceMs;
    journal.paused(hiddenMs);
    journal.note('hidden', `the tab was hidden, and the run paused for ${(hiddenMs / 1000).toFixed(1)} s`);
    if (signal.aborted) return;
    yield progress('warm-up', 'warming up again until the rate is steady');
    await bench.warmUp();
  }

  /** The device objected to case `index`, which has failed; or it is gone, and the case with it if that is its habit. */
  async #goneWith(index: number, error: unknown): Promise<boolean> {
    const { bench, options, journal } = this.#work;
    if (options.signal.aborted) return true;
    const lost = (await bench.gpu.lostFor(error)) !== undefined;
    const times = journal.countLosses(index, lost);
    if (!lost) this.#fail(index, messageOf(error));
    if (times >= MOST_LOST_ON) {
      this.#fail(index, `the GPU device was lost ${times} times over this case: ${messageOf(error)}`);
    }
    return lost;
  }

  #fail(index: number, reason: string): void {
    const { planned, journal } = this.#work;
    this.#runs.get(index)?.destroy();
    this.#runs.delete(index);
    journal.record(index, { status: 'failed', case: caseRecord(planned[index] as PlannedCase), reason });
  }
}

/** Verifies a case's kernel, and prepares the case; a wrong one is not prepared. */
async function openCase(
  { bench, options: { profile, seed, signal }, planned, journal }: Work,
  clock: Clock,
  verdicts: Verdicts,
  index: number,
): Promise<CaseRun | Measurement> {
  const { gpu, filler, clockInfo } = bench;
  const plannedCase = planned[index] as PlannedCase;
  const { verification, wrong } = await verdicts.on(gpu, filler, plannedCase, signal);
  if (wrong !== undefined) return { status: 'wrong', case: caseRecord(plannedCase), verification, reason: wrong };
  const regionMs = (wishedMs: number) => maxRegionMs(wishedMs, journal.clock ?? clockInfo);
  const { prepared, dispatchMs } = await prepareFastest(bench, {
    clock,
    seed,
    kernelCase: plannedCase,
    regionMs: regionMs(profile.regionMs),
  });
  const precision = prepared.isWorkingSet ? profile.curve : profile;
  if (dispatchMs > MAX_DISPATCH_MS) {
    prepared.destroy();
    const reason = `one dispatch takes ${dispatchMs.toPrecision(3)} ms here, more than the ${MAX_DISPATCH_MS} ms with which two fit a submission`;
    return { status: 'skipped', case: caseRecord(plannedCase), reason };
  }
  return new CaseRun({
    gpu,
    clock,
    precision: { ...precision, regionMs: regionMs(precision.regionMs) },
    kernelCase: plannedCase,
    prepared,
    verification,
    firstLookMs: dispatchMs,
    earlier: journal.earlier(index),
  });
}

/** For a person. */
const nameOf = ({ kernel, variant, params }: PlannedCase) =>
  `${[kernel.id, ...formatsOf(params)].join(' ')} (${variant})`;
