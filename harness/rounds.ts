/**
 * The measuring of a plan on one device: cases are verified and opened wave by wave, and visited in shuffled rounds until
 * they are settled or the time is spent.
 */

import type { Measured, RecordBody } from '../results/schema.ts';
import { FEWEST_UNITS, randomSource, shuffled } from '../results/statistics.ts';
import type { KernelSet } from '../shaders/kernel.ts';
import { firstLookMs } from './clock/check.ts';
import type { Clock } from './clock/clock.ts';
import { messageOf } from './device.ts';
import type { RunEvent } from './events.ts';
import type { Cancellation, Host } from './host.ts';
import { isUnfinished, type Journal, type Slot } from './journal.ts';
import { CaseRun, LONGEST_DISPATCH_MS, LONGEST_SUBMISSION_MS, longestRegionMs, prepare } from './measure.ts';
import { caseRecord, type PlannedCase } from './plan.ts';
import type { Profile } from './profiles.ts';
import type { Bench } from './setup.ts';
import type { Phase } from './stopwatch.ts';
import { formatsOf, sameParams } from './tunings.ts';
import { type Verdict, verifyExamples } from './verify.ts';
import { untilSeen, visibilityOf } from './visibility.ts';
import { wavesOf } from './waves.ts';

/** The share of a wave that verifying and opening its cases takes, for the progress bar only. */
const OPENING_SHARE = 0.07;

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
  readonly journal: Journal;
  /** An event, with `done` 0 … 1 of the cases' time gone. */
  readonly progress: (phase: Phase, detail: string, done?: number) => RunEvent;
}

/** Measures what the journal has not finished. Returns why the device was lost, or undefined where the run is over. */
export async function* measurePlan(work: Work): AsyncGenerator<RunEvent, string | undefined> {
  const { host, bench, options, planned, journal, progress } = work;
  const { kernels, profile, seed, budgetMs = Number.POSITIVE_INFINITY, signal } = options;
  const { slots } = journal;
  const visibility = visibilityOf(host);
  const random = randomSource(seed + journal.round);
  const verdicts = new Map<string, Verdict>();
  // Of the run, not of this device: which clock is believed may change on the way.
  const clock: Clock = {
    get kind() {
      return journal.clock?.trusted ?? bench.clock.kind;
    },
    time: (dispatches, encode) => bench.clock.time(dispatches, encode),
    destroy() {},
  };
  const over = () => bench.gpu.lost() !== undefined || signal.aborted;
  const measurementEvent = (index: number): RunEvent => ({
    type: 'measurement',
    index,
    measurement: journal.measurement(index),
  });
  const active = (index: number) => {
    const slot = slots[index];
    return slot instanceof CaseRun && slot.active ? slot : undefined;
  };
  const fail = (index: number, reason: string) => {
    active(index)?.destroy();
    slots[index] = { status: 'failed', case: caseRecord(planned[index] as PlannedCase), reason };
  };
  /** The device objected to case `index`, or is gone. Returns true where nothing more can be asked of it. */
  const failed = async (index: number, error: unknown): Promise<boolean> => {
    if (signal.aborted) return true;
    if ((await bench.gpu.lostFor(error)) === undefined) {
      fail(index, messageOf(error));
      return false;
    }
    const times = (journal.lostOn.get(index) ?? 0) + 1;
    journal.lostOn.set(index, times);
    if (times >= MOST_LOST_ON)
      fail(index, `the GPU device was lost ${times} times over this case: ${messageOf(error)}`);
    return true;
  };
  let impossible = 0;

  /** Waits for whoever hid the tab, and warms the GPU up again. */
  async function* paused(): AsyncGenerator<RunEvent> {
    if (!visibility.hidden || signal.aborted) return;
    yield progress('paused', 'this tab is hidden: the run goes on when it is shown');
    const sinceMs = host.now();
    await untilSeen(visibility, signal);
    const hiddenMs = host.now() - sinceMs;
    journal.paused(hiddenMs);
    journal.note('hidden', `the tab was hidden, and the run paused for ${(hiddenMs / 1000).toFixed(1)} s`);
    if (signal.aborted) return;
    yield progress('warm-up', 'warming up again until the rate is steady');
    await bench.warmUp();
  }

  const ceilings = [...planned.keys()].filter((index) => {
    const { kernel, params } = planned[index] as PlannedCase;
    const sizes = [journal.plan?.largestDispatchBytes ?? 0];
    const largest = kernels.ceiling.shapes(sizes, 'few', bench.memory.main.bytes);
    return kernel === kernels.ceiling && largest.some((p) => sameParams(p, params));
  });
  /** Measured in every wave, for the others to be compared with: the ceiling's largest problem. */
  const isCeiling = (index: number) => ceilings.includes(index);
  const waves = wavesOf(planned, isCeiling, profile.waveCases)
    .map((wave) => wave.filter((index) => journal.unfinished(index)))
    .filter((wave) => wave.length > 0);
  // What is known from the plan, or from earlier devices and sessions.
  for (const index of slots.keys())
    if (!isUnfinished(journal.measurement(index)) || journal.earlier(index)) yield measurementEvent(index);
  let roundsMs = 0;
  for (const [nth, wave] of waves.entries()) {
    const done = (share: number) => (nth + share) / waves.length;
    const wavesLeft = waves.length - nth;
    const deadlineMs = journal.spentMs() + (budgetMs - journal.spentMs()) / wavesLeft;
    for (const [opened, index] of wave.entries()) {
      if (over() || journal.spentMs() > budgetMs) break;
      const plannedCase = planned[index] as PlannedCase;
      if (active(index)) continue;
      const detail = `is ${nameOf(plannedCase)} right?`;
      yield progress('verify', detail, done((opened / wave.length) * OPENING_SHARE));
      try {
        slots[index] = await openCase(work, clock, plannedCase, verdicts, journal.earlier(index));
      } catch (error) {
        if (await failed(index, error)) break;
      }
      if (!active(index)) yield measurementEvent(index);
    }

    const startMs = journal.spentMs();
    const shareMs = Math.max(1, Math.min((profile.measureMs - roundsMs) / wavesLeft, deadlineMs - startMs));
    const first = journal.round;
    const stays = (index: number) => wavesLeft > 1 && isCeiling(index);
    /** Those that stay, and need no more rounds in this wave. */
    const settled = new Map<number, 'interval' | 'plateau'>();
    const unsettled = (indices: readonly number[]) => indices.filter((i) => active(i) && !settled.has(i));
    rounds: for (; unsettled(wave).length > 0; journal.round++) {
      const nthRound = journal.round - first;
      for (const index of shuffled(unsettled([...new Set([...wave, ...ceilings])]), random)) {
        yield* paused();
        const spent = (journal.spentMs() - startMs) / shareMs;
        if (over() || (spent >= 1 && nthRound >= LEAST_ROUNDS)) break rounds;
        const detail = `round ${nthRound + 1}: ${nameOf(planned[index] as PlannedCase)}`;
        yield progress('measure', detail, done(OPENING_SHARE + (1 - OPENING_SHARE) * Math.min(1, spent)));
        const caseRun = active(index) as CaseRun;
        const { timesHidden } = visibility;
        const spoiled = () =>
          visibility.hidden || visibility.timesHidden !== timesHidden ? 'the tab was hidden meanwhile' : undefined;
        try {
          const { round, sinceStartMs } = journal;
          const visited = await caseRun.visit({ round, sinceStartMs, random, spoiled });
          if (visited.longestMs > LONG * LONGEST_SUBMISSION_MS)
            journal.noteLong(nameOf(planned[index] as PlannedCase), visited.longestMs);
          impossible = visited.impossible === undefined ? 0 : impossible + 1;
          if (visited.impossible !== undefined && impossible === MOST_IMPOSSIBLE) {
            journal.distrustTimestamps(`Timestamps became impossible (${visited.impossible})`);
          }
        } catch (error) {
          if (await failed(index, error)) break rounds;
        }
        const enough = nthRound + 1 >= profile.fewestRounds ? caseRun.settled(profile) : undefined;
        if (enough && stays(index)) settled.set(index, enough);
        else if (enough) caseRun.stop(enough);
        yield measurementEvent(index);
        await options.keep?.(() => journal.body());
      }
    }
    roundsMs += journal.spentMs() - startMs;
    if (over()) break;
    for (const index of [...new Set([...wave, ...ceilings])]) {
      const caseRun = active(index);
      if (!caseRun || stays(index)) continue;
      caseRun.stop(settled.get(index) ?? 'time');
      yield measurementEvent(index);
    }
  }
  const lost = bench.gpu.lost();
  for (const index of slots.keys()) {
    const caseRun = active(index);
    if (!caseRun) continue;
    caseRun.stop(lost !== undefined ? 'lost' : 'cancelled');
    yield measurementEvent(index);
  }
  journal.interrupt();
  if (lost !== undefined) return `the GPU device was lost: ${lost}`;
  if (signal.aborted) journal.note('cancelled', 'cancelled by the user');
  else journal.outOfTime();
  return undefined;
}

/** Verifies a case's kernel, once per variant, formats and tuning, and prepares the case; a wrong one is not prepared. */
async function openCase(
  { bench, options: { profile, seed, signal }, journal }: Work,
  clock: Clock,
  plannedCase: PlannedCase,
  verdicts: Map<string, Verdict>,
  earlier: Measured | undefined,
): Promise<Slot> {
  const { gpu, filler, memory, clockInfo } = bench;
  const { kernel, variant, params, tuning } = plannedCase;
  const key = JSON.stringify([kernel.id, variant, formatsOf(params), tuning]);
  const { verification, wrong } = verdicts.get(key) ?? (await verifyExamples(gpu, filler, plannedCase, signal));
  verdicts.set(key, { verification, wrong });
  if (wrong !== undefined) return { status: 'wrong', case: caseRecord(plannedCase), verification, reason: wrong };
  const prepared = await prepare(gpu, filler, memory, seed, plannedCase);
  const regionMs = longestRegionMs(profile.regionMs, journal.clock ?? clockInfo);
  const lookMs = await firstLookMs(clock, prepared.encode, regionMs);
  if (lookMs > LONGEST_DISPATCH_MS) {
    prepared.destroy();
    const reason = `one dispatch takes ${lookMs.toPrecision(3)} ms here, more than the ${LONGEST_DISPATCH_MS} ms with which two fit a submission`;
    return { status: 'skipped', case: caseRecord(plannedCase), reason };
  }
  return new CaseRun({
    gpu,
    clock,
    regionMs,
    kernelCase: plannedCase,
    prepared,
    verification,
    firstLookMs: lookMs,
    earlier,
  });
}

/** For a person. */
const nameOf = ({ kernel, variant, params }: PlannedCase) =>
  `${[kernel.id, ...formatsOf(params)].join(' ')} (${variant})`;
