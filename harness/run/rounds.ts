/**
 * The rounds of a run on one device: the cases of the plan are opened wave by wave, and visited in shuffled rounds
 * until they are settled or their time is spent. Decode steps follow. Whatever the machine, the run ends in time: a case
 * is opened only if there is time for its rounds as well.
 */

import { sum } from 'simple-statistics';
import { MAX_SUBMISSION_MS } from '../../results/derived/regions.ts';
import type { RecordBody, Stopped } from '../../results/record/schema.ts';
import { isUnfinished } from '../../results/record/unfinished.ts';
import { MIN_UNITS, type RandomSource, randomSource, shuffled } from '../../results/statistics.ts';
import type { KernelSet } from '../../shaders/kernel.ts';
import { sameParams } from '../../shaders/problem.ts';
import type { Clock } from '../clock/clock.ts';
import { type Deadline, OutOfTime } from '../deadline.ts';
import { isOnTop, measureSteps } from '../decode/steps.ts';
import type { DecodePlan } from '../decode/tasks.ts';
import { ModuleRefused } from '../device/device.ts';
import { messageOf } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { Cancellation, Host, Visibility } from '../host.ts';
import type { Journal } from '../journal.ts';
import type { Profile } from '../profiles.ts';
import type { GrowthWatch } from '../rig/growth.ts';
import { memoryBytes, type Rig } from '../rig/setup.ts';
import { mustWait, spoiledBy, untilSeen, visibilityOf } from '../rig/visibility.ts';
import { CaseRun } from '../sampling/case-run.ts';
import { caseRecord, type PlannedCase } from '../sampling/plan.ts';
import { type Enough, mayEnd } from '../sampling/settling.ts';
import { VerifiedKernels } from '../sampling/verify.ts';
import type { RunEnd } from './end.ts';
import { nameOf, openCase } from './open-case.ts';
import type { Progress } from './progress.ts';
import { firstVisitMs, runClock } from './run-clock.ts';
import { wavesOf } from './waves.ts';

/** The share of a wave's time that opening its cases takes. It moves the progress bar only. */
const OPENING_SHARE = 0.07;

/** The kernels' share of the progress bar, and of a time that decode steps have to share with them. */
const KERNELS_SHARE = 0.5;

/** The minimum number of rounds of a case that is opened: an interval needs as many. */
const MIN_ROUNDS = MIN_UNITS;

/** The number of visits in a row with an impossible timestamp after which the wall clock is trusted instead. */
const MAX_IMPOSSIBLE_VISITS = 3;

/** The number of devices in a row lost over a case after which the case has failed. */
const MAX_LOSSES_OVER_CASE = 2;

/**
 * A submission is noted as long if it took this many times the limit. A smaller excess may be a host that woke up late.
 */
const LONG_SUBMISSION = 1.5;

/** The objects that measuring needs on one device. */
export interface RunContext {
  readonly host: Host;
  readonly rig: Rig;
  readonly growth: GrowthWatch;
  readonly options: {
    readonly kernels: KernelSet;
    readonly profile: Profile;
    readonly seed: number;
    readonly keep?: ((body: () => RecordBody) => unknown) | undefined;
    readonly signal: Cancellation;
  };
  readonly planned: readonly PlannedCase[];
  /** The decode steps that follow the kernels. */
  readonly decode: DecodePlan | undefined;
  readonly journal: Journal;
  /** The end of the run, and how much time it has. */
  readonly end: RunEnd;
  readonly progress: Progress;
}

/** Measures what the journal has not finished. Returns why the device was lost, or undefined if the run is over. */
export function measurePlan(context: RunContext): AsyncGenerator<RunEvent, string | undefined> {
  return new Rounds(context).run();
}

interface MeasureOptions {
  /** The time for the rounds, in ms. A case that has no interval by then gets more. */
  readonly shareMs: number;
  readonly maxRounds: number;
  /** Whether a case stays open, for a later wave. */
  readonly stays: (index: number) => boolean;
  /** Returns the share of the run that is done when a share of the rounds is. */
  readonly done: (share: number) => number;
}

class Rounds {
  readonly #context: RunContext;
  readonly #visibility: Visibility;
  readonly #random: RandomSource;
  readonly #clock: Clock;
  readonly #verifiedKernels = new VerifiedKernels();
  /** The cases that are open on this device, by their index in the plan. */
  readonly #runs = new Map<number, CaseRun>();
  /**
   * The ceiling's largest problem in each of its tunings: measured in every wave, for the others to be compared with.
   */
  readonly #ceilings: readonly number[];
  /** The end of the kernels, after which there is time for decode steps. */
  readonly #kernelsEnd: Deadline;
  /** Whether decode steps follow, however long the kernels take. */
  readonly #hasStepsOnTop: boolean;
  /** Whether a case was not opened, since there was no time for it. */
  #isShort = false;
  /** The kernels that were verified on fewer examples than they have, since there was no time for all. */
  readonly #hurried = new Set<string>();
  /** The number of visits in a row with an impossible timestamp. */
  #impossibleVisits = 0;

  constructor(context: RunContext) {
    const { host, rig, options, planned, journal, decode, end } = context;
    this.#context = context;
    const stepsWithin = decode?.tasks.some((task) => !isOnTop(end, task)) ?? false;
    this.#hasStepsOnTop = decode?.tasks.some((task) => isOnTop(end, task)) ?? false;
    const deadline = this.#hasStepsOnTop ? end.deadline.followed() : end.deadline;
    this.#kernelsEnd = deadline.sooner(stepsWithin ? (1 - KERNELS_SHARE) * end.ms : 0);
    end.deadline.learn('visit', firstVisitMs(options.profile, journal.clock ?? rig.clockInfo, rig.clock));
    this.#visibility = visibilityOf(host);
    this.#random = randomSource(options.seed + journal.round);
    this.#clock = runClock(rig, journal);
    const { ceiling } = options.kernels;
    const largest = ceiling.shapes([journal.plan?.largestDispatchBytes ?? 0], 'few', rig.memory.main.bytes);
    this.#ceilings = [...planned.keys()].filter((index) => {
      const { kernel, params, withinBytes } = planned[index] as PlannedCase;
      return kernel === ceiling && withinBytes === undefined && largest.some((p) => sameParams(p, params));
    });
  }

  async *run(): AsyncGenerator<RunEvent, string | undefined> {
    const { rig, options, planned, decode, journal } = this.#context;
    const { profile, signal, kernels } = options;
    const waves = wavesOf(planned, (index) => planned[index]?.kernel === kernels.ceiling, profile.waveCases)
      .map((wave) => ({ ...wave, cases: wave.cases.filter((index) => isUnfinished(journal.measurement(index))) }))
      .filter(({ cases }) => cases.length > 0);
    // These are the plan's skips, and what earlier devices and sessions measured.
    for (const index of planned.keys()) {
      if (!isUnfinished(journal.measurement(index)) || journal.earlier(index)) yield this.#event(index);
    }
    let roundsMs = 0;
    const kernelsShare = decode ? KERNELS_SHARE : 1;
    const all = sum(waves.map(({ cases }) => cases.length));
    let before = 0;
    for (const [nth, { cases, preview }] of waves.entries()) {
      const wavesLeft = waves.length - nth;
      const done = (share: number) => (kernelsShare * (before + share * cases.length)) / all;
      const beganMs = journal.spentMs();
      const waveMs = preview ? this.#kernelsEnd.leftMs() : this.#kernelsEnd.leftMs() / wavesLeft;
      yield* this.#open(cases, (share) => done(OPENING_SHARE * share));
      const startMs = journal.spentMs();
      const shareMs = Math.min((profile.measureMs - roundsMs) / wavesLeft, waveMs - (startMs - beganMs));
      yield* this.#measure(cases, {
        shareMs: Math.max(1, shareMs),
        maxRounds: preview ? MIN_ROUNDS : Number.POSITIVE_INFINITY,
        stays: (index) => preview || (wavesLeft > 1 && this.#ceilings.includes(index)),
        done: (share) => done(OPENING_SHARE + (1 - OPENING_SHARE) * share),
      });
      roundsMs += journal.spentMs() - startMs;
      before += cases.length;
      // What was opened is settled as far as time allows before the run ends for lack of it.
      if (this.#isOver() || (this.#isShort && !preview)) break;
    }
    if (decode && !this.#isOver()) yield* this.#steps(decode);
    const lost = rig.gpu.lost();
    for (const index of planned.keys()) yield* this.#stop(index, lost !== undefined ? 'lost' : 'cancelled');
    for (const caseRun of this.#runs.values()) caseRun.destroy();
    this.#runs.clear();
    if (lost !== undefined) return `the GPU device was lost: ${lost}`;
    if (signal.aborted) journal.note('cancelled', 'cancelled by the user');
    else journal.outOfTime([...this.#hurried]);
    return undefined;
  }

  async *#steps(decode: DecodePlan): AsyncGenerator<RunEvent> {
    const { rig, growth, options, journal, progress, end } = this.#context;
    // A visit may have been abandoned when the session ended, and still use the memory that is freed here.
    if (!this.#hasStepsOnTop && end.deadline.leftMs() <= 0) return;
    try {
      const poolBytes = memoryBytes(rig);
      // Drivers free late: what is freed may still be there when the rest is allocated.
      await growth.during({ bytes: poolBytes + rig.warmUpBytes, grownBytes: poolBytes }, () => rig.makeRoom());
    } catch (error) {
      if (options.signal.aborted || (await rig.gpu.lostFor(error)) !== undefined) return;
      for (const [index, { case: decodeCase }] of decode.tasks.entries()) {
        if (!isUnfinished(journal.step(index))) continue;
        journal.recordStep(index, { status: 'failed', case: decodeCase, reason: messageOf(error) });
      }
    }
    yield* measureSteps({
      ...{ rig, growth, clock: this.#clock, decode, options, journal, end },
      verifiedKernels: this.#verifiedKernels,
      visibility: this.#visibility,
      progress: (phase, detail, done) => progress(phase, detail, KERNELS_SHARE + (1 - KERNELS_SHARE) * done),
      paused: () => this.#paused(),
      isOver: () => this.#isOver(),
      keep: async () => {
        await options.keep?.(() => journal.body());
      },
    });
  }

  /** Whether the run is cancelled, or its device lost. */
  #isOver(): boolean {
    const { rig, options } = this.#context;
    return rig.gpu.lost() !== undefined || options.signal.aborted;
  }

  #event(index: number): RunEvent {
    return { type: 'measurement', index, measurement: this.#context.journal.measurement(index) };
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
    this.#context.journal.record(index, caseRun.measurement());
    yield this.#event(index);
  }

  /** Opens the cases of a wave, as far as there is time for all of their rounds. */
  async *#open(wave: readonly number[], done: (share: number) => number): AsyncGenerator<RunEvent> {
    const { rig, options, planned, journal, progress } = this.#context;
    const { profile, seed, signal } = options;
    for (const [nth, index] of wave.entries()) {
      if (this.#isOver() || this.#isShort) return;
      if (this.#active(index)) continue;
      const plannedCase = planned[index] as PlannedCase;
      yield progress('verify', `verifying ${nameOf(plannedCase)}`, done(nth / wave.length));
      const waiting = 1 + [...this.#runs.keys()].filter((open) => this.#active(open)).length;
      const roundsMs = MIN_ROUNDS * waiting * this.#kernelsEnd.expectedMs('visit');
      try {
        const opened = await openCase(plannedCase, {
          ...{ rig, clock: this.#clock, clockInfo: journal.clock ?? rig.clockInfo, profile, seed, signal },
          ...{ verifiedKernels: this.#verifiedKernels, earlier: journal.earlier(index) },
          deadline: this.#kernelsEnd.sooner(roundsMs),
          hurried: (shapes, all) =>
            this.#hurried.add(`${nameOf(plannedCase)} was verified on ${shapes} of its ${all} shapes`),
        });
        if (opened instanceof CaseRun) this.#runs.set(index, opened);
        journal.record(index, opened instanceof CaseRun ? opened.measurement() : opened);
      } catch (error) {
        if (error instanceof OutOfTime) {
          // One compiler that is far too slow leaves time for others.
          if (this.#kernelsEnd.leftMs() > roundsMs + this.#kernelsEnd.expectedMs('opening')) continue;
          this.#isShort = true;
          return;
        }
        if (await this.#endsWith(index, error)) return;
      }
      if (!this.#active(index)) yield this.#event(index);
    }
  }

  /** Visits a wave and the ceilings in rounds, until all are settled or the time is spent. */
  async *#measure(wave: readonly number[], options: MeasureOptions): AsyncGenerator<RunEvent> {
    const { shareMs, maxRounds, stays, done } = options;
    const { planned, journal, progress } = this.#context;
    const all = [...new Set([...wave, ...this.#ceilings])];
    const settled = new Map<number, Enough>();
    const unsettled = (indices: readonly number[]) => indices.filter((i) => this.#active(i) && !settled.has(i));
    const [startMs, first] = [journal.spentMs(), journal.round];
    rounds: for (; unsettled(wave).length > 0 && journal.round - first < maxRounds; journal.nextRound()) {
      const nth = journal.round - first;
      for (const index of shuffled(unsettled(all), this.#random)) {
        yield* this.#paused();
        const spent = (journal.spentMs() - startMs) / shareMs;
        if (this.#isOver() || (spent >= 1 && this.#mayEnd(wave, nth))) break rounds;
        const name = nameOf(planned[index] as PlannedCase);
        const caseRun = this.#active(index) as CaseRun;
        // Cases may settle from this round on, and mostly do so together.
        const soon = Math.max(spent, nth / Math.min(maxRounds, caseRun.precision.minRounds));
        yield progress('measure', `round ${nth + 1}: ${name}`, done(Math.min(1, spent)), done(Math.min(1, soon)));
        try {
          await this.#kernelsEnd.piece('visit', () => this.#visit(caseRun, name));
          const enough = nth + 1 >= caseRun.precision.minRounds ? caseRun.settled() : undefined;
          if (enough && stays(index)) settled.set(index, enough);
          else if (enough) caseRun.stop(enough);
          journal.record(index, caseRun.measurement());
        } catch (error) {
          if (error instanceof OutOfTime) break rounds;
          if (await this.#endsWith(index, error)) break rounds;
        }
        yield this.#event(index);
        await this.#context.options.keep?.(() => journal.body());
      }
    }
    if (this.#isOver()) return;
    for (const index of all) if (!stays(index)) yield* this.#stop(index, settled.get(index) ?? 'time');
  }

  /** Whether every case of the wave has its interval after `rounds` rounds, or is not going to have one. */
  #mayEnd(wave: readonly number[], rounds: number): boolean {
    return wave.every((index) => {
      const caseRun = this.#active(index);
      return !caseRun || mayEnd(rounds, MIN_ROUNDS, caseRun.dispatchMs);
    });
  }

  /** Visits a case, and notes what follows from it for the run. @throws GpuError */
  async #visit(caseRun: CaseRun, name: string): Promise<void> {
    const { journal } = this.#context;
    const spoiled = spoiledBy(this.#visibility);
    const { round, sinceStartMs } = journal;
    const { maxSubmissionMs, impossible } = await caseRun.visit({ round, sinceStartMs, random: this.#random, spoiled });
    if (maxSubmissionMs > LONG_SUBMISSION * MAX_SUBMISSION_MS) journal.noteLong(name, maxSubmissionMs);
    this.#impossibleVisits = impossible === undefined ? 0 : this.#impossibleVisits + 1;
    if (impossible !== undefined && this.#impossibleVisits === MAX_IMPOSSIBLE_VISITS) {
      journal.distrustTimestamps(`Timestamps became impossible (${impossible})`);
    }
  }

  /** Waits while the tab is hidden, and then warms the GPU up again. */
  async *#paused(): AsyncGenerator<RunEvent> {
    const { host, rig, options, journal, progress } = this.#context;
    const { signal } = options;
    if (!mustWait(this.#visibility) || signal.aborted) return;
    const byPerson = !this.#visibility.hidden;
    yield progress('paused', byPerson ? 'until you go on' : 'this tab is hidden: the run resumes when it is shown');
    const sinceMs = host.now();
    await untilSeen(this.#visibility, signal);
    const hiddenMs = host.now() - sinceMs;
    const why = byPerson ? 'a person paused the run' : 'the tab was hidden, and the run paused';
    journal.note(byPerson ? 'paused' : 'hidden', `${why} for ${(hiddenMs / 1000).toFixed(1)} s`);
    if (this.#isOver()) return;
    yield progress('warm-up', 'warming up again until the rate is steady');
    try {
      await rig.warmUp();
    } catch (error) {
      // A device may be lost while the machine sleeps. What was measured is kept, and another one goes on.
      if (signal.aborted || (await rig.gpu.lostFor(error)) !== undefined) return;
      journal.note('not-steady', `warming up again failed: ${messageOf(error)}`);
    }
  }

  /**
   * Handles an error over case `index`. Returns whether it ends the measuring on this device, which it does if the
   * device is lost or the run cancelled. Otherwise the case has failed, as has one over which several devices were
   * lost; a case whose module is refused is skipped.
   */
  async #endsWith(index: number, error: unknown): Promise<boolean> {
    const { rig, options, journal } = this.#context;
    if (options.signal.aborted) return true;
    const lost = (await rig.gpu.lostFor(error)) !== undefined;
    const losses = journal.countLosses(index, lost);
    if (!lost) this.#end(index, error instanceof ModuleRefused ? 'skipped' : 'failed', messageOf(error));
    if (losses >= MAX_LOSSES_OVER_CASE) {
      this.#end(index, 'failed', `the GPU device was lost ${losses} times over this case: ${messageOf(error)}`);
    }
    return lost;
  }

  #end(index: number, status: 'skipped' | 'failed', reason: string): void {
    const { planned, journal } = this.#context;
    this.#runs.get(index)?.destroy();
    this.#runs.delete(index);
    journal.record(index, { status, case: caseRecord(planned[index] as PlannedCase), reason });
  }
}
