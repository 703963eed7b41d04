/**
 * Measures the decode steps of a run, one after the other. A step gets as many layers as the budget holds, all its
 * kernels are verified, and it is visited in rounds until its interval is narrow or its time is spent.
 */

import { sum } from 'simple-statistics';
import { maxRegionMs } from '../../results/derived/regions.ts';
import { MAX_SAMPLES, MAX_TEXT } from '../../results/record/bounds.ts';
import { bytesMoved } from '../../results/record/cases.ts';
import type {
  DecodeCase,
  DecodeMeasured,
  DecodeMeasurement,
  Explained,
  Stopped,
  Verification,
} from '../../results/record/schema.ts';
import { isUnfinished } from '../../results/record/unfinished.ts';
import { MIN_UNITS, type RandomSource, randomSource } from '../../results/statistics.ts';
import { bytesText } from '../../results/text/figures.ts';
import { activationsText, lengthsText } from '../../results/text/step-text.ts';
import type { Work } from '../../shaders/kernel.ts';
import type { Step, StepWay } from '../../shaders/step.ts';
import type { Clock } from '../clock/clock.ts';
import { type Deadline, OutOfTime } from '../deadline.ts';
import { checked, ModuleRefused } from '../device/device.ts';
import { messageOf } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { Cancellation, Visibility } from '../host.ts';
import type { Journal } from '../journal.ts';
import type { Experiments, Profile } from '../profiles.ts';
import type { GrowthWatch } from '../rig/growth.ts';
import { memoryBytes, type Rig } from '../rig/setup.ts';
import { spoiledBy } from '../rig/visibility.ts';
import { mayEnd } from '../sampling/settling.ts';
import type { Verified, VerifiedKernels } from '../sampling/verify.ts';
import type { EmptyKernel } from './additions.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { Explaining } from './explaining.ts';
import { type Fitted, fitStep } from './fit.ts';
import { kernelOf, stepRotationBytes, stepWork, tuningOf } from './step-buffers.ts';
import { StepRun, stepFirstLookMs, tooLongToTime } from './step-run.ts';
import { type DecodePlan, type DecodeTask, explainedTasks, tunedStep } from './tasks.ts';
import { type Entrant, Race, type Winners } from './ways.ts';

/** The share of the profile's time that one step may take. */
const CASE_SHARE = 1 / 4;

/** The objects that measuring decode steps needs on one device. */
export interface DecodeContext {
  readonly rig: Rig;
  readonly growth: GrowthWatch;
  /** The clock of the run. */
  readonly clock: Clock;
  readonly decode: DecodePlan;
  readonly options: { readonly profile: Profile; readonly seed: number; readonly signal: Cancellation };
  /** The kernels that the run has verified already. */
  readonly verifiedKernels: VerifiedKernels;
  readonly journal: Journal;
  readonly visibility: Visibility;
  /** The end of the run, and whether it holds for the steps that a person asked for. Otherwise their time comes on top. */
  readonly end: { readonly deadline: Deadline; readonly holdsForAll: boolean };
  /** Makes a progress event. `done`, 0 … 1, is the share of the steps that is measured. */
  readonly progress: (phase: 'plan' | 'verify' | 'build' | 'measure', detail: string, done: number) => RunEvent;
  /** Waits while the tab is hidden. */
  paused(): AsyncGenerator<RunEvent>;
  /** Whether the device is lost or the run cancelled. */
  isOver(): boolean;
  keep(): Promise<void>;
}

/**
 * Measures the steps that the journal has not finished, and emits what is known of the others. It ends early if there is
 * no time for a step.
 */
export async function* measureSteps(context: DecodeContext): AsyncGenerator<RunEvent> {
  const { decode, journal, options, end } = context;
  const random = randomSource(options.seed);
  const winners: Winners = new Map();
  const toExplain = explainedTasks(decode.tasks);
  let [ofProfileMs, onTopMs] = [0, 0];
  for (const [index, task] of decode.tasks.entries()) {
    if (context.isOver()) return;
    const known = journal.step(index);
    if (!isUnfinished(known)) {
      yield { type: 'decode', index, measurement: known };
      continue;
    }
    const done = (share: number) => (index + share) / decode.tasks.length;
    const beganMs = journal.spentMs();
    const onTop = isOnTop(end, task);
    const deadline = onTop ? end.deadline.endless() : end.deadline.later(onTopMs);
    if (deadline.leftMs() <= deadline.expectedMs('step')) return;
    let measurement: DecodeMeasurement;
    try {
      const skip =
        task.ofProfile && ofProfileMs >= options.profile.sweepMs
          ? sweepSpent(options.profile)
          : journal.hasRoom()
            ? undefined
            : NO_ROOM;
      measurement =
        skip === undefined
          ? yield* measureStep(
              { ...context, index, deadline, winners, explains: toExplain.has(index) },
              task,
              random,
              done,
            )
          : { status: 'skipped', case: task.case, reason: skip };
    } catch (error) {
      if (error instanceof OutOfTime) return;
      // If the device was lost, the next one begins this step again.
      if (options.signal.aborted || (await context.rig.gpu.lostFor(error)) !== undefined) return;
      const status = error instanceof ModuleRefused ? 'skipped' : 'failed';
      measurement = { status, case: task.case, reason: messageOf(error) };
    }
    const tookMs = journal.spentMs() - beganMs;
    deadline.learn('step', tookMs);
    if (onTop) onTopMs += tookMs;
    if (task.ofProfile) ofProfileMs += tookMs;
    journal.recordStep(index, measurement);
    yield { type: 'decode', index, measurement };
    await context.keep();
  }
}

/** Whether the time of a step comes on top of the run's: a person asked for it, and the end does not hold for all. */
export const isOnTop = ({ holdsForAll }: DecodeContext['end'], { case: { experiment } }: DecodeTask): boolean =>
  !holdsForAll && !experiment;

const NO_ROOM = `a record holds ${MAX_SAMPLES} samples, and this one had no room for the step: give it a run of its own`;

const sweepSpent = ({ id, sweepMs }: Profile): string =>
  `${id} has ${sweepMs / 1000} s for the steps that it chooses, and they were spent before this one; name its batch and context to have it timed`;

/** The objects that measuring one step needs. */
interface StepContext extends DecodeContext {
  /** Its number in the journal. */
  readonly index: number;
  readonly winners: Winners;
  /** The end of this step. */
  readonly deadline: Deadline;
  /** Whether the step is explained, if steps are. */
  readonly explains: boolean;
}

/**
 * Measures one step until it is settled, its time is spent, or the run is over.
 *
 * @throws GpuError
 * @throws OutOfTime if the run's time was over before the step had a figure
 */
async function* measureStep(
  context: StepContext,
  task: DecodeTask,
  random: RandomSource,
  done: (share: number) => number,
): AsyncGenerator<RunEvent, DecodeMeasurement> {
  const { rig, growth, clock, decode, options, journal, deadline } = context;
  const { profile, seed } = options;
  const { case: decodeCase } = task;
  const { kernels } = decode;
  const name = nameOf(decodeCase);
  const skipped = (reason: string): DecodeMeasurement => ({ status: 'skipped', case: decodeCase, reason });
  yield context.progress('plan', `fitting ${name} into memory`, done(0));
  const fitted = fittedStep(context, task);
  if (typeof fitted === 'string') return skipped(fitted);
  const { step } = fitted;
  const tooMuch = decodeCase.experiment ? tooLongForClaims(stepWork(kernels, step), rig.probeGBps, profile) : undefined;
  if (tooMuch !== undefined) return skipped(tooMuch);

  yield context.progress('verify', `verifying the kernels of ${name}`, done(0));
  const inFloats = await verifyStep(context, step);
  if (inFloats.wrong !== undefined) return { status: 'wrong', case: decodeCase, reason: inFloats.wrong };

  yield context.progress('build', `filling ${bytesText(fitted.bytes)} of weights and KV cache for ${name}`, done(0));
  const { gpu, filler } = rig;
  yield* context.paused();
  const grownBytes = memoryBytes(rig);
  const built = await growth.during({ bytes: grownBytes + fitted.bytes, grownBytes }, () =>
    deadline.compiling('building', (compiled) => createDecoder({ gpu, filler, kernels, step, seed, compiled })),
  );
  const race = new Race({
    ...{ clock, winners: context.winners },
    first: { decoder: built, verification: inFloats.verification, activations: undefined },
    others: (task.ways ?? []).filter(({ requires }) => requires.every((feature) => gpu.features.has(feature))),
    make: (way) => entrantOver(context, task, way, built),
    leftOut: (way, why) =>
      journal.note('way-left-out', `${name} with activations in ${activationsText(way)}: ${why}`.slice(0, MAX_TEXT)),
    isAsked: !decodeCase.experiment && !task.ofProfile,
    kind: JSON.stringify([decodeCase.model, decodeCase.weights, decodeCase.batch]),
  });
  try {
    const precision = precisionOf(task, profile);
    const regionMs = maxRegionMs(precision.regionMs, journal.clock ?? rig.clockInfo);
    const lookMs = await deadline.piece('building', () => stepFirstLookMs(clock, built, regionMs));
    const tooLong = tooLongToTime(lookMs, precision.maxStepMs);
    if (tooLong !== undefined) return skipped(tooLong);
    if (race.isWorthIt(lookMs, regionMs, precision.stepBudgetMs)) {
      yield context.progress('build', `finding the fastest way to compute ${name}`, done(0));
      await deadline.piece('race', () => race.run(lookMs, regionMs, random));
    }
    const { decoder, verification, activations } = race.winner;
    const firstLookMs =
      decoder === built ? lookMs : await deadline.piece('building', () => stepFirstLookMs(clock, decoder, regionMs));
    const run = new StepRun({ clock, decoder, precision: { ...precision, regionMs }, firstLookMs });
    const measurement = yield* timeStep(context, {
      ...{ task, decoder, run, activations, verification, precision, random, done },
    });
    const { explain } = decode;
    if (!explain || !context.explains || measurement.status !== 'measured' || context.isOver()) return measurement;
    // Explaining takes longer than timing, and waits for as long as the page is hidden.
    journal.recordStep(context.index, { ...measurement, explained: { status: 'skipped', reason: NOT_EXPLAINED } });
    await context.keep();
    const explained = yield* explainStep(context, { decoder, empty: explain, run, regionMs, name, done });
    return { ...measurement, explained };
  } finally {
    race.end();
  }
}

interface Timing {
  readonly task: DecodeTask;
  readonly decoder: Decoder;
  readonly run: StepRun;
  readonly activations: DecodeMeasured['activations'];
  readonly verification: Verification;
  readonly precision: ReturnType<typeof precisionOf>;
  readonly random: RandomSource;
  readonly done: (share: number) => number;
}

/** Visits a step in rounds. @throws as `measureStep` */
async function* timeStep(
  context: StepContext,
  { task, decoder, run, activations, verification, precision, random, done }: Timing,
): AsyncGenerator<RunEvent, DecodeMeasurement> {
  const { rig, decode, options, journal, visibility, deadline } = context;
  const { signal } = options;
  const { case: decodeCase } = task;
  const name = nameOf(decodeCase);
  const startMs = journal.spentMs();
  const measured = (stopped: Stopped) =>
    measuredStep({ decode, decodeCase, decoder, run, activations, verification, stopped });
  for (let round = 0; ; round++) {
    yield* context.paused();
    const spent = (journal.spentMs() - startMs) / precision.stepBudgetMs;
    if (signal.aborted || rig.gpu.lost() !== undefined) return measured(signal.aborted ? 'cancelled' : 'lost');
    if (spent >= 1 && mayEnd(round, precision.guaranteedRounds, run.stepMs)) return measured('time');
    if (round >= MIN_UNITS && deadline.leftMs() <= deadline.expectedMs('step-visit')) return measured('time');
    yield context.progress('measure', `round ${round + 1}: ${name}`, done(Math.min(1, spent)));
    const { sinceStartMs } = journal;
    const visit = () => run.visit({ round, random, sinceStartMs, spoiled: spoiledBy(visibility) });
    let wrong: string | undefined;
    try {
      wrong = await deadline.piece('step-visit', visit);
    } catch (error) {
      // The rounds before it are enough for a figure.
      if (round >= MIN_UNITS && error instanceof OutOfTime) return measured('time');
      if (round >= MIN_UNITS && (await rig.gpu.lostFor(error)) !== undefined) return measured('lost');
      throw error;
    }
    if (wrong !== undefined) return { status: 'wrong', case: decodeCase, reason: wrong };
    const enough = run.settled();
    if (enough) return measured(enough);
  }
}

interface Explains {
  readonly decoder: Decoder;
  readonly empty: EmptyKernel;
  readonly run: StepRun;
  readonly regionMs: number;
  readonly name: string;
  readonly done: (share: number) => number;
}

/** Explains a step that has its figure, which the journal holds whatever happens here. */
async function* explainStep(
  context: StepContext,
  { decoder, empty, run, regionMs, name, done }: Explains,
): AsyncGenerator<RunEvent, Explained> {
  const { rig, clock, decode, options, journal, visibility, deadline } = context;
  const skipped = (reason: string): Explained => ({ status: 'skipped', reason });
  const stepMs = run.stepMs?.value ?? 0;
  if (stepMs <= 0) return skipped('a step must have a time to be explained; this one is lost in noise');
  const random = randomSource(options.seed);
  let explaining: Explaining | undefined;
  try {
    yield context.progress('build', `adding dispatches to ${name}, to explain it`, done(1));
    const { kernels } = decode;
    explaining = await deadline.piece('explaining', () =>
      checked(rig.gpu.device, () => Explaining.of({ clock, decoder, kernels, empty, stepMs, regionMs })),
    );
    if (explaining.tooLong !== undefined) return skipped(explaining.tooLong);
    const startMs = journal.spentMs();
    for (let tries = 0; !context.isOver() && !explaining.isEnough(journal.spentMs() - startMs); tries++) {
      await context.keep();
      yield* context.paused();
      if (tries - explaining.rounds > MAX_SPOILED) break;
      yield context.progress('measure', `round ${explaining.rounds + 1}: explaining ${name}`, done(1));
      const one = explaining;
      await deadline.piece('explaining', () => one.round(random, journal.sinceStartMs, spoiledBy(visibility)));
    }
  } catch (error) {
    if (!explaining || explaining.rounds === 0) {
      return skipped(error instanceof OutOfTime ? NO_TIME_TO_EXPLAIN : messageOf(error).slice(0, MAX_TEXT));
    }
  }
  return explaining.measured();
}

/** The rounds of explaining that may be disturbed before it ends. */
const MAX_SPOILED = 8;

const NOT_EXPLAINED = 'the run ended before the step was explained';

const NO_TIME_TO_EXPLAIN = 'the time of the run was over before the step could be explained';

/** Returns the precision and the limits of time for a step: those of kernels, or those of claims. */
function precisionOf(
  { case: { experiment }, ofProfile }: DecodeTask,
  profile: Profile,
): Omit<Experiments, 'maxStepMs' | 'maxBytesMs'> & Partial<Experiments> {
  const { experiments, measureMs } = profile;
  if (experiment && experiments) return experiments;
  // A profile may choose dozens of steps, so each is short.
  if (ofProfile && experiments) return { ...experiments, maxStepMs: Number.POSITIVE_INFINITY };
  return { ...profile, stepBudgetMs: CASE_SHARE * measureMs, guaranteedRounds: MIN_UNITS };
}

/**
 * Returns the tuned step with as many layers as fit, or why it does not fit. A memory that is capped on purpose must
 * hold all layers.
 */
function fittedStep({ rig, decode }: DecodeContext, { case: { memoryBytes }, make }: DecodeTask): Fitted | string {
  const { kernels, tuningOf: best } = decode;
  const budgetBytes = Math.min(memoryBytes ?? Number.POSITIVE_INFINITY, decode.budgetBytes);
  const tuned = () => tunedStep(kernels, make(), best);
  return fitStep(kernels, tuned, rig.gpu.device.limits, budgetBytes, memoryBytes === undefined ? 'some' : 'all');
}

const FEWER_LAYERS = 'it must fit with as many layers as the step in f32';

/**
 * Makes another way of a step, over the filled buffers of the first. Returns why it cannot race if it does not fit with
 * as many layers, or if a kernel of it is wrong: the first is right, and is timed.
 */
async function entrantOver(
  context: StepContext,
  task: DecodeTask,
  { activations, make }: StepWay,
  over: Decoder,
): Promise<Entrant | string> {
  const { rig, decode, options, deadline } = context;
  const fitted = fittedStep(context, { ...task, make });
  if (typeof fitted === 'string') return fitted;
  if (fitted.step.layers.distinct !== over.step.layers.distinct) return FEWER_LAYERS;
  const { step } = fitted;
  const { verification, wrong } = await verifyStep(context, step);
  if (wrong !== undefined) return wrong;
  const { gpu, filler } = rig;
  const decoder = await deadline.compiling('building', (compiled) =>
    createDecoder({ gpu, filler, kernels: decode.kernels, step, seed: options.seed, over, compiled }),
  );
  return { decoder, verification, activations };
}

/** Returns why a claim's step takes too long for its work at a read ceiling of `gbps`, or undefined. */
export function tooLongForClaims(work: Work, gbps: number, { experiments }: Profile): string | undefined {
  const ms = bytesMoved(work) / gbps / 1e6;
  return experiments && ms > experiments.maxBytesMs
    ? `the bytes of a claim's step must take no longer than ${experiments.maxBytesMs} ms at the read ceiling; these take ${ms.toPrecision(3)} ms here`
    : undefined;
}

/**
 * Verifies all kernels of the step on their examples. Returns the sums of shapes and outputs, with the largest error
 * and the largest tolerance; or the first kernel that is wrong.
 */
async function verifyStep(
  { rig, decode, options, verifiedKernels, deadline }: StepContext,
  step: Step,
): Promise<Verified> {
  const distinct = new Set<Verified>();
  for (const operation of step.sections.flatMap(({ block }) => block.operations)) {
    const kernel = kernelOf(decode.kernels, operation);
    const { variant, params } = operation;
    const kernelCase = { kernel, variant, params, tuning: tuningOf(kernel, operation) };
    const verified = await verifiedKernels.verify(rig.gpu, rig.filler, kernelCase, { ...options, deadline });
    if (verified.wrong !== undefined) return { ...verified, wrong: `${kernel.id} ${variant}: ${verified.wrong}` };
    distinct.add(verified);
  }
  const all = [...distinct].map(({ verification }) => verification);
  const verification: Verification = {
    shapes: sum(all.map(({ shapes }) => shapes)),
    outputs: sum(all.map(({ outputs }) => outputs)),
    nmse: Math.max(...all.map(({ nmse }) => nmse ?? 0)),
    tolerance: Math.max(...all.map(({ tolerance }) => tolerance)),
  };
  return { verification, examples: sum([...distinct].map(({ examples }) => examples)), wrong: undefined };
}

interface StepOutcome {
  readonly decode: DecodePlan;
  readonly decodeCase: DecodeCase;
  readonly decoder: Decoder;
  readonly run: StepRun;
  readonly activations: DecodeMeasured['activations'];
  readonly verification: Verification;
  readonly stopped: Stopped;
}

/** Returns what is known of a step, as a record has it. */
function measuredStep(outcome: StepOutcome): DecodeMeasurement {
  const { decode, decodeCase, decoder, run, activations, verification, stopped } = outcome;
  const { step, dispatchesPerStep: dispatches, bytes: residentBytes } = decoder;
  return (
    run.withoutSlope(decodeCase) ?? {
      status: 'measured',
      case: decodeCase,
      ...(activations !== undefined && { activations }),
      work: { ...stepWork(decode.kernels, step) },
      dispatches,
      layers: { ...step.layers },
      residentBytes,
      rotationBytes: stepRotationBytes(decode.kernels, step),
      verification,
      preRollSteps: run.preRollSteps,
      checksum: run.checksum,
      samples: [...run.samples],
      discarded: [...run.discarded],
      stopped,
    }
  );
}

/** Returns the name of a step for progress events. */
const nameOf = ({ model, weights, kv, batch, memoryBytes, ...lengths }: DecodeCase): string =>
  `${model} in ${weights}, ${kv} KV, batch ${batch}, context ${lengthsText(lengths)}${memoryBytes === undefined ? '' : `, in ${bytesText(memoryBytes)}`}`;
