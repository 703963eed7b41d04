/**
 * A run, from adapter to record: set up, plan, verify, and measure in shuffled rounds. It is a stream of events.
 * Whatever happens on the way, the record at its end holds what was measured. After a lost device the run requests
 * another, and resumes where it was.
 */

import { digest, seal } from '../../results/digest.ts';
import type { AdapterInfo, Case, HostInfo, Plan, RecordBody, Reported, RunRecord } from '../../results/schema.ts';
import type { KernelSet } from '../../shaders/kernel.ts';
import { type DecodeOptions, planSteps } from '../decode/tasks.ts';
import { halved, MIN_MEMORY_BYTES } from '../device/budget.ts';
import { openGpu } from '../device/device.ts';
import { kernelDigest } from '../device/kernel-digest.ts';
import { HarnessError } from '../errors.ts';
import type { Phase, RunEvent } from '../events.ts';
import type { Cancellation, Host } from '../host.ts';
import { Journal } from '../journal.ts';
import type { MemoryBudget, MemoryNeeds } from '../memory-needs.ts';
import type { Profile } from '../profiles.ts';
import { type GrowthLog, GrowthWatch } from '../rig/growth.ts';
import { runNeeds } from '../rig/needs.ts';
import { explainingFailure, gigabytes, type Rig, setUp } from '../rig/setup.ts';
import { Stopwatch } from '../rig/stopwatch.ts';
import { caseRecord, dispatchSizes, type PlannedCase, planCases, sidePools, type TuningsOf } from '../sampling/plan.ts';
import { measurePlan, type RunContext } from './rounds.ts';

export interface RunOptions {
  readonly kernels: KernelSet;
  readonly profile: Profile;
  /** A 32-bit unsigned number that decides every word in memory and every order. */
  readonly seed: number;
  readonly harness: { readonly version: string; readonly commit: string | null };
  readonly reported: Reported;
  /** The maximum GPU memory of all pools together, in bytes. Default: what profile and machine suggest. */
  readonly memoryBytes?: number | undefined;
  /** A limit of the default, which an earlier run has taught. */
  readonly learnedLimit?: MemoryBudget | undefined;
  /** Keeps how far memory has grown. */
  readonly growthLog?: GrowthLog | undefined;
  /** Returns the tunings to measure each problem with, once the adapter is known; default: the kernels' defaults. */
  readonly tuningsFor?: (adapter: AdapterInfo, host: HostInfo) => TuningsOf | Promise<TuningsOf>;
  /**
   * The time for everything, in ms. What is under way when it ends is finished, and the remaining cases are skipped.
   */
  readonly budgetMs?: number;
  /**
   * A run of the same options that ended early. Its finished cases stay as they are, and samples are added to the
   * others.
   */
  readonly resume?: RecordBody | undefined;
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

/** The share of the run at which each phase of the set-up begins. It moves the progress bar only. */
const SETUP_START: Readonly<Partial<Record<Phase, number>>> = { fill: 0, clock: 0.04, 'warm-up': 0.08 };
/** The share of the run that the set-up takes. It moves the progress bar only. */
const SETUP_SHARE = 0.1;

/** About how long the set-up takes, in ms. It enters the ETA only. */
const SETUP_MS = 3000;

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
  const identity = { harness, profile: profile.id, seed, reported, host: host.info, created: host.date() };
  const journal = new Journal({ ...identity, now, resume });
  const stopwatch = new Stopwatch(now);
  const progress = progressOf(journal, stopwatch, options);
  const running: Running = { journal, stopwatch, progress, growth: new GrowthWatch(growthLog) };
  for (let losses = 1; ; losses++) {
    try {
      const lost = yield* withDevice(host, options, running);
      if (lost === undefined) break;
      journal.note('lost', lost);
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
  readonly progress: RunContext['progress'];
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
  try {
    journal.trust(rig.clockInfo);
    const tuningsOf = await options.tuningsFor?.(gpu.info, host.info);
    if (options.decode) yield progress('plan', 'fitting the decode steps into memory');
    const steps = options.decode && planSteps(within(needs, options.decode), gpu.device.limits, tuningsOf);
    journal.ask(steps?.tasks.map((task) => task.case) ?? []);
    const planned = journal.plan
      ? journal.plan.cases.map((c) => plannedFrom(c, kernels))
      : newPlan({ rig, options, tuningsOf, running });
    yield { type: 'plan', plan: journal.body().plan, decode: journal.steps.map((step) => step.case) };
    yield* newLabels(journal, journal.body());
    const decode = steps && steps.tasks.length > 0 ? steps : undefined;
    return yield* measurePlan({ host, rig, options, planned, decode, journal, progress });
  } finally {
    rig.close();
  }
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

interface NewPlanOptions {
  readonly rig: Rig;
  readonly options: RunOptions;
  readonly tuningsOf: TuningsOf | undefined;
  readonly running: Running;
}

/** Plans the cases by the adapter's features and limits, and by its rate. */
function newPlan({ rig, options, tuningsOf, running }: NewPlanOptions): PlannedCase[] {
  const { gpu, memory, probeGBps, slabs } = rig;
  const { profile, kernels } = options;
  const { journal, growth, budget } = running;
  const sizes = dispatchSizes(profile, probeGBps, memory.main);
  const planned = planCases({
    kernels: kernels.measured,
    features: gpu.features,
    limits: gpu.info.limits,
    sizes,
    breadth: profile.breadth,
    poolBytes: memory.main.bytes,
    tuningsOf,
    ceiling: kernels.ceiling,
  });
  const plan: Plan = {
    poolBytes: memory.main.bytes,
    probeGBps,
    largestDispatchBytes: sizes.at(-1) ?? 0,
    layouts: [],
    memory: budget ? { budgetBytes: budget.bytes, reason: budget.reason, steps: growth.steps, slabs } : null,
    cases: planned.map(caseRecord),
  };
  journal.begin(
    plan,
    planned.map(({ skip }) => skip),
  );
  return planned;
}

/** Returns a case of a resumed run's plan. @throws HarnessError if its kernel is not among those of this session. */
function plannedFrom({ kernel: id, ...rest }: Case, { measured }: KernelSet): PlannedCase {
  const kernel = measured.find((k) => k.id === id);
  if (kernel) return { ...rest, kernel, skip: undefined };
  throw new HarnessError(
    'unusable-options',
    `This run can only be resumed with all of its kernels; ${id} was not asked for.`,
  );
}

/**
 * Makes progress events. The set-up is a fixed share of the bar, and the cases are the rest. The bar never goes back.
 */
function progressOf(journal: Journal, stopwatch: Stopwatch, { profile, budgetMs }: RunOptions): RunContext['progress'] {
  let shown = 0;
  /** The time spent when the cases began, in ms. */
  let casesMs = 0;
  return (phase, detail, done = 0) => {
    stopwatch.begin(phase);
    const spentMs = journal.spentMs();
    if (done === 0) casesMs = spentMs;
    if (phase !== 'paused') shown = Math.max(shown, SETUP_START[phase] ?? SETUP_SHARE + done * (1 - SETUP_SHARE));
    const wholeMs = done > 0 ? Math.max(profile.measureMs, (spentMs - casesMs) / done) : profile.measureMs;
    const leftMs = (1 - done) * wholeMs + (done > 0 ? 0 : SETUP_MS);
    const etaMs = Math.max(0, Math.min(leftMs, (budgetMs ?? Number.POSITIVE_INFINITY) - spentMs));
    return { type: 'progress', phase, fraction: shown, etaMs, detail };
  };
}

/** The labels of `body` that the run has not been given before, as events. */
function* newLabels(journal: Journal, body: RecordBody): Generator<RunEvent> {
  for (const label of journal.newLabels(body)) yield { type: 'label', label };
}

/** Returns the digest of all kernels' code. */
function kernelsDigest({ measured, fill, ceiling }: KernelSet): string {
  return digest([...new Set([...measured, fill, ceiling])].map(kernelDigest));
}
