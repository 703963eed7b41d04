/**
 * The decode steps of a run, one after the other: as many layers as the budget holds, every kernel verified, then rounds
 * until the interval is narrow or the case's time is spent.
 */

import { sum } from 'simple-statistics';
import { lengthsText } from '../../results/decode.ts';
import { bytesText } from '../../results/figures.ts';
import type { DecodeCase, DecodeMeasurement, Stopped, Verification } from '../../results/schema.ts';
import { FEWEST_UNITS, type RandomSource, randomSource } from '../../results/statistics.ts';
import type { Work } from '../../shaders/kernel.ts';
import type { Step } from '../../shaders/step.ts';
import type { Clock } from '../clock/clock.ts';
import { messageOf } from '../errors.ts';
import type { RunEvent } from '../events.ts';
import type { Cancellation, Visibility } from '../host.ts';
import { isUnfinished, type Journal } from '../journal.ts';
import type { Experiments, Profile } from '../profiles.ts';
import type { Bench } from '../rig/setup.ts';
import { spoiledBy } from '../rig/visibility.ts';
import { maxRegionMs } from '../sampling/regions.ts';
import { mayEnd } from '../sampling/settling.ts';
import type { Verdict, Verdicts } from '../sampling/verify.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { fitStep, kernelOf, stepRotationBytes, stepWork, tuningOf } from './step-buffers.ts';
import { StepRun, stepFirstLookMs, tooLongToTime } from './step-run.ts';
import { type DecodePlan, type DecodeTask, tunedStep } from './tasks.ts';

/** The share of the profile's time that a step may take. */
const CASE_SHARE = 1 / 4;

/** How well a step is measured, and how long at the most: as well as kernels are, or as is enough for a claim. */
function carefulness(
  { case: { experiment }, ofProfile }: DecodeTask,
  profile: Profile,
): Omit<Experiments, 'longestStepMs' | 'longestBytesMs'> & Partial<Experiments> {
  const { experiments, measureMs } = profile;
  if (experiment && experiments) return experiments;
  // There may be dozens of them.
  if (ofProfile && experiments) return { ...experiments, longestStepMs: Number.POSITIVE_INFINITY };
  return { ...profile, stepMs: CASE_SHARE * measureMs, leastRounds: FEWEST_UNITS };
}

export interface DecodeWork {
  readonly bench: Bench;
  /** The one that the run believes. */
  readonly clock: Clock;
  readonly decode: DecodePlan;
  readonly options: { readonly profile: Profile; readonly seed: number; readonly signal: Cancellation };
  /** Of kernels that the run has verified already. */
  readonly verdicts: Verdicts;
  readonly journal: Journal;
  readonly visibility: Visibility;
  readonly progress: (phase: 'plan' | 'verify' | 'build' | 'measure', detail: string, done: number) => RunEvent;
  /** Waits while the tab is hidden. */
  paused(): AsyncGenerator<RunEvent>;
  /** Is there no time left, no device, or nobody who waits? */
  isOver(): boolean;
  keep(): Promise<void>;
}

/** Measures the steps that the journal has not finished, and says what is known of the others. */
export async function* measureSteps(work: DecodeWork): AsyncGenerator<RunEvent> {
  const { decode, journal, options } = work;
  const random = randomSource(options.seed);
  let ofProfileMs = 0;
  for (const [index, task] of decode.tasks.entries()) {
    if (work.isOver()) return;
    const known = journal.step(index);
    if (!isUnfinished(known)) {
      yield { type: 'decode', index, measurement: known };
      continue;
    }
    const done = (share: number) => (index + share) / decode.tasks.length;
    const beganMs = journal.spentMs();
    let measurement: DecodeMeasurement;
    try {
      measurement =
        task.ofProfile && ofProfileMs >= options.profile.sweepMs
          ? { status: 'skipped', case: task.case, reason: sweepSpent(options.profile) }
          : yield* measureStep(work, task, random, done);
    } catch (error) {
      // Where the device is lost, the next one begins this step again.
      if (options.signal.aborted || (await work.bench.gpu.lostFor(error)) !== undefined) return;
      measurement = { status: 'failed', case: task.case, reason: messageOf(error) };
    }
    if (task.ofProfile) ofProfileMs += journal.spentMs() - beganMs;
    journal.recordStep(index, measurement);
    yield { type: 'decode', index, measurement };
    await work.keep();
  }
}

const sweepSpent = ({ id, sweepMs }: Profile): string =>
  `${id} has ${sweepMs / 1000} s for the steps that it chooses, and they were spent before this one; name its batch and context to have it timed`;

/** One step, as far as the run comes. @throws what the device objects to */
async function* measureStep(
  work: DecodeWork,
  task: DecodeTask,
  random: RandomSource,
  done: (share: number) => number,
): AsyncGenerator<RunEvent, DecodeMeasurement> {
  const { bench, clock, decode, options, journal, visibility } = work;
  const { profile, seed, signal } = options;
  const { case: decodeCase } = task;
  const name = nameOf(decodeCase);
  const skipped = (reason: string): DecodeMeasurement => ({ status: 'skipped', case: decodeCase, reason });
  yield work.progress('plan', `what fits of ${name}?`, done(0));
  const fitted = fittedStep(work, task);
  if (typeof fitted === 'string') return skipped(fitted);
  const { step } = fitted;
  const beyond = decodeCase.experiment
    ? tooLongForClaims(stepWork(decode.kernels, step), bench.probeGBps, profile)
    : undefined;
  if (beyond !== undefined) return skipped(beyond);

  yield work.progress('verify', `are the kernels of ${name} right?`, done(0));
  const verdict = await verdictOn(work, step);
  if (verdict.wrong !== undefined) return { status: 'wrong', case: decodeCase, reason: verdict.wrong };

  yield work.progress('build', `filling ${bytesText(fitted.bytes)} of weights and KV cache for ${name}`, done(0));
  const decoder = await createDecoder(bench.gpu, bench.filler, decode.kernels, step, seed);
  try {
    const precision = carefulness(task, profile);
    const regionMs = maxRegionMs(precision.regionMs, journal.clock ?? bench.clockInfo);
    const firstLookMs = await stepFirstLookMs(clock, decoder, regionMs);
    const tooLong = tooLongToTime(firstLookMs, precision.longestStepMs);
    if (tooLong !== undefined) return skipped(tooLong);
    const run = new StepRun({ clock, decoder, precision: { ...precision, regionMs }, firstLookMs });
    const startMs = journal.spentMs();
    const measured = (stopped: Stopped) =>
      measuredStep({ decode, decodeCase, decoder, run, verification: verdict.verification, stopped });
    for (let round = 0; ; round++) {
      yield* work.paused();
      const spent = (journal.spentMs() - startMs) / precision.stepMs;
      if (signal.aborted || bench.gpu.lost() !== undefined) return measured(signal.aborted ? 'cancelled' : 'lost');
      if (spent >= 1 && mayEnd(round, precision.leastRounds, run.stepMs)) return measured('time');
      yield work.progress('measure', `round ${round + 1}: ${name}`, done(Math.min(1, spent)));
      const { sinceStartMs } = journal;
      const wrong = await run.visit({ round, random, sinceStartMs, spoiled: spoiledBy(visibility) });
      if (wrong !== undefined) return { status: 'wrong', case: decodeCase, reason: wrong };
      const enough = run.settled();
      if (enough) return measured(enough);
    }
  } finally {
    decoder.destroy();
  }
}

/** The step with what fits, tuned, or why nothing does. In a memory that is capped on purpose, all of it must. */
function fittedStep({ bench, decode }: DecodeWork, { case: { memoryBytes }, make }: DecodeTask) {
  const { kernels, tuningsOf } = decode;
  const budgetBytes = Math.min(memoryBytes ?? Number.POSITIVE_INFINITY, decode.budgetBytes);
  const tuned = (distinctLayers: number) =>
    tunedStep(kernels, make(memoryBytes === undefined ? distinctLayers : Number.MAX_SAFE_INTEGER), tuningsOf);
  return fitStep(kernels, tuned, bench.gpu.device.limits, budgetBytes);
}

/** Why a claim's step of so much work takes too long where the ceiling is `gbps`, or undefined. */
export function tooLongForClaims(
  { bytesRead, bytesWritten }: Work,
  gbps: number,
  { experiments }: Profile,
): string | undefined {
  const ms = (bytesRead + bytesWritten) / gbps / 1e6;
  return experiments && ms > experiments.longestBytesMs
    ? `the bytes of a claim's step must take no longer than ${experiments.longestBytesMs} ms at the read ceiling; these take ${ms.toPrecision(3)} ms here`
    : undefined;
}

/** All kernels of the step on their examples: sums, the largest error and tolerance; or the first fault. */
async function verdictOn({ bench, decode, options, verdicts }: DecodeWork, step: Step): Promise<Verdict> {
  const distinct = new Set<Verdict>();
  for (const operation of step.operations) {
    const kernel = kernelOf(decode.kernels, operation);
    const { variant, params } = operation;
    const tuning = tuningOf(kernel, operation);
    const verdict = await verdicts.on(bench.gpu, bench.filler, { kernel, variant, params, tuning }, options.signal);
    if (verdict.wrong !== undefined) return { ...verdict, wrong: `${kernel.id} ${variant}: ${verdict.wrong}` };
    distinct.add(verdict);
  }
  const all = [...distinct].map(({ verification }) => verification);
  const verification: Verification = {
    shapes: sum(all.map(({ shapes }) => shapes)),
    outputs: sum(all.map(({ outputs }) => outputs)),
    nmse: Math.max(...all.map(({ nmse }) => nmse ?? 0)),
    tolerance: Math.max(...all.map(({ tolerance }) => tolerance)),
  };
  return { verification, wrong: undefined };
}

interface StepOutcome {
  readonly decode: DecodePlan;
  readonly decodeCase: DecodeCase;
  readonly decoder: Decoder;
  readonly run: StepRun;
  readonly verification: Verification;
  readonly stopped: Stopped;
}

function measuredStep({ decode, decodeCase, decoder, run, verification, stopped }: StepOutcome): DecodeMeasurement {
  const { step, dispatchesPerStep: dispatches, bytes: residentBytes } = decoder;
  return (
    run.withoutSlope(decodeCase) ?? {
      status: 'measured',
      case: decodeCase,
      work: { ...stepWork(decode.kernels, step) },
      dispatches,
      layers: { ...step.layers },
      residentBytes,
      rotationBytes: stepRotationBytes(decode.kernels, step),
      verification,
      checksum: run.checksum,
      samples: [...run.samples],
      discarded: [...run.discarded],
      stopped,
    }
  );
}

/** For a person. */
const nameOf = ({ model, weights, kv, batch, memoryBytes, ...lengths }: DecodeCase): string =>
  `${model} in ${weights}, ${kv} KV, batch ${batch}, context ${lengthsText(lengths)}${memoryBytes === undefined ? '' : `, in ${bytesText(memoryBytes)}`}`;
