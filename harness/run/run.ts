/**
 * A run, from adapter to record: set up, plan, verify, and measure in shuffled rounds. It is a stream of events.
 * Whatever happens on the way, the record at its end holds what was measured. After a lost device the run requests
 * another, and resumes where it was.
 */

import { seal } from '../../results/record/digest.ts';
import type {
  AdapterInfo,
  Challenge,
  HostInfo,
  Plan,
  RecordBody,
  Reported,
  RunRecord,
} from '../../results/record/schema.ts';
import type { KernelSet } from '../../shaders/kernel.ts';
import { Deadline } from '../deadline.ts';
import { type DecodeOptions, planSteps, tooManySteps } from '../decode/tasks.ts';
import { halved, MIN_MEMORY_BYTES } from '../device/budget.ts';
import { openGpu } from '../device/device.ts';
import { kernelsDigest } from '../device/kernel-digest.ts';
import { HarnessError } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { Cancellation, Host } from '../host.ts';
import { Journal } from '../journal.ts';
import type { MemoryBudget, MemoryNeeds } from '../memory-needs.ts';
import type { Profile } from '../profiles.ts';
import { type GrowthLog, GrowthWatch } from '../rig/growth.ts';
import { runNeeds } from '../rig/needs.ts';
import { explainingFailure, gigabytes, type Rig, setUp } from '../rig/setup.ts';
import { Stopwatch } from '../rig/stopwatch.ts';
import { countingWaits, untilSeen, visibilityOf } from '../rig/visibility.ts';
import { defaultTuning, sidePools, type TuningOf } from '../sampling/plan.ts';
import { raceWinners, withRaceWinners } from '../tuning/winners.ts';
import { endMs, type RunEnd } from './end.ts';
import { newPlan } from './plan.ts';
import { type Progress, progressOf, SETUP_MS } from './progress.ts';
import { plannedFrom, requireResumable } from './resumed.ts';
import { measurePlan } from './rounds.ts';

export interface RunOptions {
  readonly kernels: KernelSet;
  readonly profile: Profile;
  /** A 32-bit unsigned number that decides every word in memory and every order. */
  readonly seed: number;
  /** Shows that a collector gave the seed; the record keeps it. Default: nobody did. */
  readonly challenge?: Challenge | undefined;
  readonly harness: { readonly version: string; readonly commit: string | null };
  readonly reported: Reported;
  /** The maximum GPU memory of all pools together, in bytes. Default: what profile and machine suggest. */
  readonly memoryBytes?: number | undefined;
  /** A limit of the default, which an earlier run has taught. */
  readonly learnedLimit?: MemoryBudget | undefined;
  /** Keeps how far memory has grown. */
  readonly growthLog?: GrowthLog | undefined;
  /** Returns the best tunings known of the machine, once the adapter is known; default: the kernels' defaults. */
  readonly tuningFor?: (adapter: AdapterInfo, host: HostInfo) => TuningOf | Promise<TuningOf>;
  /** Whether to measure the defaults beside better tunings. Default: no. */
  readonly compare?: boolean;
  /** The time for everything, in ms, in place of the profile's end. What is not reached is listed. */
  readonly budgetMs?: number;
  /**
   * A run of the same options that ended early. Its finished cases stay as they are, and samples are added to the
   * others.
   */
  readonly resume?: RecordBody | undefined;
  /** Another run on this machine that was waited for, in words; the record's events have it. Default: none was seen. */
  readonly otherRun?: string | undefined;
  /**
   * Called between visits when there is more to be kept; nothing is timed until it returns. `body` returns the run so
   * far.
   */
  readonly keep?: (body: () => RecordBody) => unknown;
  /**
   * The decode steps of whole models, which are measured after the kernels. Each may take the run's budget of memory,
   * or `budgetBytes` if that is less.
   */
  readonly decode?: (Omit<DecodeOptions, 'budgetBytes'> & { readonly budgetBytes?: number }) | undefined;
  readonly signal: Cancellation;
}

/** About how often a kernel that is verified, or that is looked at first, waits for the GPU. */
const WAITS = 8;

/**
 * The time that is kept for the end of a run, in ms: for a piece of work that takes a little longer than expected, for
 * closing the device and for sealing the record.
 */
const CLOSING_MS = 500;

/** A run that has lost this many devices ends with what it has. */
const MAX_LOSSES = 3;

/**
 * Runs `options.profile` on `host`. The last event is `done`, with the record that is also returned. A run that is
 * cancelled, or loses its device too often, ends with what it has, and the record's events say so.
 *
 * @throws HarnessError if the run ends before there is anything to record, or cannot be resumed.
 */
export async function* run(host: Host, options: RunOptions): AsyncGenerator<RunEvent, RunRecord> {
  const { kernels, profile, seed, signal, reported, resume, growthLog } = options;
  if (options.memoryBytes !== undefined && !(options.memoryBytes >= MIN_MEMORY_BYTES)) {
    throw new HarnessError(
      'unusable-options',
      `Memory must be at least ${gigabytes(MIN_MEMORY_BYTES)}; got ${options.memoryBytes / 1e9} GB.`,
    );
  }
  const harness = { ...options.harness, kernels: kernelsDigest(kernels) };
  const { now } = host;
  const identity = {
    harness,
    profile: profile.id,
    seed,
    challenge: options.challenge,
    reported,
    host: host.info,
    created: host.date(),
  };
  const journal = new Journal({ ...identity, now, resume });
  if (resume) requireResumable(resume, options);
  if (options.otherRun !== undefined) journal.note('other-run', options.otherRun);
  // The time of a run stands still while it waits for a hidden tab.
  const visibility = host.visibility && countingWaits(host.visibility, now, (ms) => journal.paused(ms));
  const counted: Host = { ...host, ...(visibility && { visibility }) };
  const stopwatch = new Stopwatch(now);
  const progress = progressOf(journal, stopwatch, options);
  const growth = new GrowthWatch(growthLog, () => untilSeen(visibilityOf(counted), signal));
  const running: Running = { journal, stopwatch, progress, growth };
  for (let losses = 1; ; losses++) {
    try {
      const lost = yield* withDevice(counted, options, running);
      if (lost === undefined) break;
      journal.note('lost', lost);
      // Another device takes a set-up of its own.
      if (journal.spentMs() + SETUP_MS > endMs(options, journal)) {
        journal.outOfTime([]);
        break;
      }
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      const again = losses < MAX_LOSSES && !signal.aborted && mayPass(error, journal);
      // Throwing loses nothing here: nothing is measured yet, or an earlier session has it all.
      if (!again && (losses === 1 || !journal.plan)) throw error;
      journal.note(again ? 'lost' : signal.aborted ? 'cancelled' : 'gave-up', error.message);
      if (!again) break;
      // The device may have been lost because it was asked for more memory than it has.
      if (!journal.plan && running.budget) running.lessened = halved(running.budget);
      continue;
    }
    if (losses === MAX_LOSSES) {
      journal.note('gave-up', `the GPU device was lost ${losses} times`);
      break;
    }
  }
  const record = seal(journal.body());
  yield* newLabels(journal, record);
  yield { type: 'done', record, spent: stopwatch.spent() };
  return record;
}

/** Whether another device may do better. A browser whose GPU process has crashed has no adapter for a moment. */
function mayPass({ code }: HarnessError, { plan }: Journal): boolean {
  return code === 'device-lost' || (plan !== undefined && (code === 'no-adapter' || code === 'no-device'));
}

/** The objects that a run keeps from device to device. */
interface Running {
  readonly journal: Journal;
  readonly stopwatch: Stopwatch;
  readonly progress: Progress;
  readonly growth: GrowthWatch;
  /** The budget of memory on the latest device. */
  budget?: MemoryBudget;
  /** The budget after a device was lost before anything was measured. */
  lessened?: MemoryBudget;
}

/**
 * Runs on one device. Returns why the device was lost, or undefined if the run is over.
 *
 * @throws HarnessError if there is no device, or its set-up fails.
 */
async function* withDevice(
  host: Host,
  options: RunOptions,
  running: Running,
): AsyncGenerator<RunEvent, string | undefined> {
  const { journal, stopwatch, progress, growth } = running;
  const { kernels, profile, seed, signal } = options;
  const gpu = await openGpu(host);
  journal.meet(gpu.info);
  yield { type: 'adapter', adapter: gpu.info, host: host.info };
  const needs = runNeeds(host, gpu.info, {
    ...{ profile, kernels: kernels.measured, hasSteps: options.decode !== undefined, named: options.memoryBytes },
    ...{ learned: leastOf(options.learnedLimit, earlierBudget(journal.plan)), lessened: running.lessened },
  });
  running.budget = needs.budget;
  yield { type: 'memory', needs };
  const setup = setUp(host, gpu, {
    kernels,
    seed,
    poolBytes: profile.poolBytes,
    budgetBytes: needs.budget.bytes,
    side: sidePools(kernels.measured, profile.breadth),
    regionMs: profile.regionMs,
    warmUpMs: profile.warmUpMs,
    comparesSlabs: journal.plan === undefined,
    clockBefore: journal.clock,
    signal,
    stopwatch,
    grows: growth.grows,
    progress,
    note: (kind, detail) => journal.note(kind, detail),
  });
  const rig = yield* growth.over(explainingFailure(gpu, signal, setup));
  const ms = endMs(options, journal);
  const deadline = Deadline.at({ spentMs: journal.spentMs, pause: host.pause }, ms - CLOSING_MS);
  const compiledMs = rig.compileMs + WAITS * rig.clockInfo.emptySubmissionMs;
  for (const piece of ['example', 'layout', 'opening'] as const) deadline.learn(piece, compiledMs);
  const end: RunEnd = { deadline, ms, holdsForAll: options.budgetMs !== undefined };
  try {
    journal.trust(rig.clockInfo);
    const known = (await options.tuningFor?.(gpu.info, host.info)) ?? defaultTuning;
    const begun = journal.plan;
    const { plan, planned, skips } = begun
      ? { plan: begun, planned: begun.cases.map((c) => plannedFrom(c, kernels)), skips: [] }
      : yield* newPlan(rig, {
          ...{ profile, kernels, seed, known, compare: options.compare ?? false, end, signal },
          memory: memoryUse(rig, running),
          progress: (detail) => progress('plan', detail),
        });
    if (options.decode) yield progress('plan', 'fitting the decode steps into memory');
    const tuningOf = withRaceWinners(known, raceWinners(plan));
    const steps = options.decode && planSteps(within(needs, options.decode), gpu.device.limits, tuningOf);
    requireFew(steps?.tasks.length ?? 0);
    journal.ask(steps?.tasks.map((task) => task.case) ?? []);
    if (!begun) journal.begin(plan, skips);
    yield { type: 'plan', plan, decode: journal.steps.map((step) => step.case) };
    yield* newLabels(journal, journal.body());
    const decode = steps && steps.tasks.length > 0 ? steps : undefined;
    return yield* measurePlan({ host, rig, growth, options, planned, decode, journal, end, progress });
  } finally {
    rig.close();
  }
}

/** @throws HarnessError `unusable-options` for more decode steps than a record holds */
function requireFew(steps: number): void {
  const why = tooManySteps(steps);
  if (why !== undefined) throw new HarnessError('unusable-options', why);
}

/** Returns how the run's memory was allocated, as a plan has it. */
function memoryUse({ slabs }: Rig, { budget, growth: { steps } }: Running): Plan['memory'] {
  return budget ? { budgetBytes: budget.bytes, reason: budget.reason, steps, slabs } : null;
}

/** Returns the budget of a run that is resumed, or that has lost a device: its plan needs no more, and no less. */
function earlierBudget(plan: Plan | undefined): MemoryBudget | undefined {
  return plan?.memory ? { bytes: plan.memory.budgetBytes, reason: plan.memory.reason } : undefined;
}

function leastOf(a: MemoryBudget | undefined, b: MemoryBudget | undefined): MemoryBudget | undefined {
  return a && b ? (b.bytes < a.bytes ? b : a) : (a ?? b);
}

/** Returns decode options whose steps keep within the budget. */
const within = (
  { stepBytes }: MemoryNeeds,
  { budgetBytes = stepBytes, ...options }: NonNullable<RunOptions['decode']>,
): DecodeOptions => ({ ...options, budgetBytes: Math.min(budgetBytes, stepBytes) });

/** The labels of `body` that the run has not been given before, as events. */
function* newLabels(journal: Journal, body: RecordBody): Generator<RunEvent> {
  for (const label of journal.newLabels(body)) yield { type: 'label', label };
}
