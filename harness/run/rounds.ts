/**
 * The rounds of a run on one device: the cases of the plan are opened wave by wave, and visited in shuffled rounds
 * until they are settled or their time is spent. Decode steps follow.
 */

import type { RecordBody, Stopped } from '../../results/schema.ts';
import { MIN_UNITS, type RandomSource, randomSource, shuffled } from '../../results/statistics.ts';
import type { KernelSet } from '../../shaders/kernel.ts';
import { sameParams } from '../../shaders/problem.ts';
import { type Clock, MAX_SUBMISSION_MS } from '../clock/clock.ts';
import { measureSteps } from '../decode/steps.ts';
import type { DecodePlan } from '../decode/tasks.ts';
import { ModuleRefused } from '../device/device.ts';
import { messageOf } from '../errors.ts';
import type { Phase, RunEvent } from '../events.ts';
import type { Cancellation, Host, Visibility } from '../host.ts';
import { isUnfinished, type Journal } from '../journal.ts';
import type { Profile } from '../profiles.ts';
import type { Rig } from '../rig/setup.ts';
import { spoiledBy, untilSeen, visibilityOf } from '../rig/visibility.ts';
import { CaseRun } from '../sampling/case-run.ts';
import { caseRecord, type PlannedCase } from '../sampling/plan.ts';
import { type Enough, mayEnd } from '../sampling/settling.ts';
import { VerifiedKernels } from '../sampling/verify.ts';
import { nameOf, openCase } from './open-case.ts';
import { wavesOf } from './waves.ts';

/** The share of a wave's time that opening its cases takes. It moves the progress bar only. */
const OPENING_SHARE = 0.07;

/** The kernels' share of the budget and of the progress bar in a run that measures decode steps as well. */
const KERNELS_SHARE = 0.5;

/** The minimum number of rounds of a wave, whatever the time: an interval needs as many. */
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
  readonly options: {
    readonly kernels: KernelSet;
    readonly profile: Profile;
    readonly seed: number;
    readonly budgetMs?: number | undefined;
    readonly keep?: ((body: () => RecordBody) => unknown) | undefined;
    readonly signal: Cancellation;
  };
  readonly planned: readonly PlannedCase[];
  /** The decode steps that follow the kernels. */
  readonly decode: DecodePlan | undefined;
  readonly journal: Journal;
  /** Makes a progress event. `done`, 0 … 1, is the share of the cases' time that is spent. */
  readonly progress: (phase: Phase, detail: string, done?: number) => RunEvent;
}

/** Measures what the journal has not finished. Returns why the device was lost, or undefined if the run is over. */
export function measurePlan(context: RunContext): AsyncGenerator<RunEvent, string | undefined> {
  return new Rounds(context).run();
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
  /** The number of visits in a row with an impossible timestamp. */
  #impossibleVisits = 0;

  constructor(context: RunContext) {
    const { host, rig, options, planned, journal } = context;
    this.#context = context;
    this.#visibility = visibilityOf(host);
    this.#random = randomSource(options.seed + journal.round);
    // This clock is the run's, not the device's: which one is trusted may change on the way.
    this.#clock = {
      get kind() {
        return journal.clock?.trusted ?? rig.clock.kind;
      },
      get idleMs() {
        return this.kind === 'queue-drain' ? rig.clockInfo.emptySubmissionMs : 0;
      },
      preRollMs: rig.clock.preRollMs,
      time: (units, encode, options) => rig.clock.time(units, encode, options),
      destroy() {},
    };
    const { ceiling } = options.kernels;
    const largest = ceiling.shapes([journal.plan?.largestDispatchBytes ?? 0], 'few', rig.memory.main.bytes);
    this.#ceilings = [...planned.keys()].filter((index) => {
      const { kernel, params, withinBytes } = planned[index] as PlannedCase;
      return kernel === ceiling && withinBytes === undefined && largest.some((p) => sameParams(p, params));
    });
  }

  async *run(): AsyncGenerator<RunEvent, string | undefined> {
    const { rig, options, planned, decode, journal } = this.#context;
    const { profile, budgetMs = Number.POSITIVE_INFINITY, signal, kernels } = options;
    const waves = wavesOf(planned, (index) => planned[index]?.kernel === kernels.ceiling, profile.waveCases)
      .map((wave) => wave.filter((index) => isUnfinished(journal.measurement(index))))
      .filter((wave) => wave.length > 0);
    // These are the plan's skips, and what earlier devices and sessions measured.
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
      yield* this.#measure(wave, shareMs, stays, (share) => done(OPENING_SHARE + (1 - OPENING_SHARE) * share));
      roundsMs += journal.spentMs() - startMs;
      if (this.#isOver()) break;
    }
    if (decode && !this.#isOver()) {
      yield* this.#steps(decode);
    }
    const lost = rig.gpu.lost();
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
    const { rig, options, journal, progress } = this.#context;
    const { budgetMs = Number.POSITIVE_INFINITY } = options;
    try {
      await rig.makeRoom();
    } catch (error) {
      if (options.signal.aborted || (await rig.gpu.lostFor(error)) !== undefined) return;
      throw error;
    }
    yield* measureSteps({
      rig,
      clock: this.#clock,
      decode,
      options,
      verifiedKernels: this.#verifiedKernels,
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

  /** Opens the cases of a wave. */
  async *#open(wave: readonly number[], done: (share: number) => number): AsyncGenerator<RunEvent> {
    const { rig, options, planned, journal, progress } = this.#context;
    const { profile, seed, signal, budgetMs = Number.POSITIVE_INFINITY } = options;
    for (const [opened, index] of wave.entries()) {
      if (this.#isOver() || journal.spentMs() > budgetMs) return;
      if (this.#active(index)) continue;
      const plannedCase = planned[index] as PlannedCase;
      yield progress('verify', `verifying ${nameOf(plannedCase)}`, done(opened / wave.length));
      try {
        const opened = await openCase(plannedCase, {
          ...{ rig, clock: this.#clock, clockInfo: journal.clock ?? rig.clockInfo, profile, seed, signal },
          ...{ verifiedKernels: this.#verifiedKernels, earlier: journal.earlier(index) },
        });
        if (opened instanceof CaseRun) this.#runs.set(index, opened);
        journal.record(index, opened instanceof CaseRun ? opened.measurement() : opened);
      } catch (error) {
        if (await this.#endsWith(index, error)) return;
      }
      if (!this.#active(index)) yield this.#event(index);
    }
  }

  /**
   * Visits a wave and the ceilings in rounds, until all are settled or `shareMs` are spent. Cases that `stay` stay
   * open.
   */
  async *#measure(
    wave: readonly number[],
    shareMs: number,
    stay: (index: number) => boolean,
    done: (share: number) => number,
  ): AsyncGenerator<RunEvent> {
    const { options, planned, journal, progress } = this.#context;
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
          const enough = nth + 1 >= caseRun.precision.minRounds ? caseRun.settled() : undefined;
          if (enough && stay(index)) settled.set(index, enough);
          else if (enough) caseRun.stop(enough);
          journal.record(index, caseRun.measurement());
        } catch (error) {
          if (await this.#endsWith(index, error)) break rounds;
        }
        yield this.#event(index);
        await options.keep?.(() => journal.body());
      }
    }
    if (this.#isOver()) return;
    for (const index of all) if (!stay(index)) yield* this.#stop(index, settled.get(index) ?? 'time');
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
    if (!this.#visibility.hidden || signal.aborted) return;
    yield progress('paused', 'this tab is hidden: the run resumes when it is shown');
    const sinceMs = host.now();
    await untilSeen(this.#visibility, signal);
    const hiddenMs = host.now() - sinceMs;
    journal.paused(hiddenMs);
    journal.note('hidden', `the tab was hidden, and the run paused for ${(hiddenMs / 1000).toFixed(1)} s`);
    if (signal.aborted) return;
    yield progress('warm-up', 'warming up again until the rate is steady');
    await rig.warmUp();
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
