/**
 * Decode steps on a simulated device. A step takes as long as its dispatches together: each by the bytes and operations
 * that the real kernel counts, and by what has been streamed since its bytes were last used. The engine's own plan
 * (`StepRun`) samples it, with a clock in place of the GPU.
 */

import type { Decoder } from '../../../harness/decode/decoder.ts';
import { fitStep } from '../../../harness/decode/fit.ts';
import { operationWork, stepRotationBytes, stepWork, usesOf } from '../../../harness/decode/step-buffers.ts';
import { StepRun, tooLongToTime } from '../../../harness/decode/step-run.ts';
import { tooLongForClaims } from '../../../harness/decode/steps.ts';
import type { DecodeTask } from '../../../harness/decode/tasks.ts';
import { type Experiments, PROFILES, type Precision, type Profile } from '../../../harness/profiles.ts';
import { mayEnd } from '../../../harness/sampling/settling.ts';
import type { DecodeCase, DecodeMeasured, DecodeMeasurement, Stopped } from '../../../results/record/schema.ts';
import { MIN_UNITS, type RandomSource } from '../../../results/statistics.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import { dispatchesIn, operationsOf, type Step } from '../../../shaders/step.ts';
import { sourceOf } from '../../support/random.ts';
import { Simulation, simulatedClock, simulatedPass, WELL_BEHAVED } from '../device/device.ts';
import { between } from '../device/regimes.ts';
import { clockOf, type Held, PRE_ROLL_MS, type Row, rowOf, uniformOf } from './calibrate.ts';

/** The limits of a device that binds 2 GiB at once, as many GPUs do. */
const LIMITS = { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31 };

interface SimulatedOperation {
  readonly bytes: number;
  readonly flops: number;
  /** The bytes streamed since its inputs were last used; 0 if it streams nothing, and reads what was just written. */
  readonly sinceBytes: number;
}

/** The part of a step that does not depend on the device, or the reason why the step cannot run. */
export type SimulatedStep =
  | { readonly case: DecodeCase; readonly refused: string }
  | {
      readonly case: DecodeCase;
      readonly refused?: undefined;
      readonly operations: readonly SimulatedOperation[];
      readonly facts: Pick<
        DecodeMeasured,
        'case' | 'work' | 'dispatches' | 'layers' | 'residentBytes' | 'rotationBytes'
      >;
    };

/**
 * Makes the step of `task` with as many layers as `budgetBytes` have room for, or with all layers in a capped memory.
 */
export function simulatedStep({ case: decodeCase, make }: DecodeTask, budgetBytes: number): SimulatedStep {
  const { memoryBytes } = decodeCase;
  const fitted = fitStep(
    KERNEL_FOLDERS,
    make,
    LIMITS,
    Math.min(memoryBytes ?? Number.POSITIVE_INFINITY, budgetBytes),
    memoryBytes === undefined ? 'some' : 'all',
  );
  if (typeof fitted === 'string') return { case: decodeCase, refused: fitted };
  const { step, bytes } = fitted;
  return {
    case: decodeCase,
    operations: simulatedOperations(step),
    facts: {
      case: decodeCase,
      work: { ...stepWork(KERNEL_FOLDERS, step) },
      dispatches: dispatchesIn(step),
      layers: { ...step.layers },
      residentBytes: bytes,
      rotationBytes: stepRotationBytes(KERNEL_FOLDERS, step),
    },
  };
}

/** Returns the operations of a step that follows another step like it. */
function simulatedOperations(step: Step): SimulatedOperation[] {
  const operations = operationsOf(step);
  const lastUse = new Map<string, number>();
  let streamed = 0;
  const once = () =>
    operations.map((operation): SimulatedOperation => {
      const { bytesRead, bytesWritten, flops } = operationWork(KERNEL_FOLDERS, operation);
      const uses = usesOf(KERNEL_FOLDERS, operation).filter(({ input }) => input?.kind === 'streamed');
      const since = uses.map(({ buffer }) => streamed - (lastUse.get(buffer) ?? Number.NEGATIVE_INFINITY));
      for (const { bytes } of uses) streamed += bytes;
      for (const { buffer } of uses) lastUse.set(buffer, streamed);
      return { bytes: bytesRead + bytesWritten, flops, sinceBytes: uses.length > 0 ? Math.min(...since) : 0 };
    });
  once();
  return once();
}

/** Returns the time of a step when nothing disturbs it, in ms. */
export const stepMsOn = (simulation: Simulation, operations: readonly SimulatedOperation[]): number =>
  operations.reduce(
    (sum, { bytes, flops, sinceBytes }) => sum + simulation.dispatchMs(bytes, flops, simulation.gbpsOf(sinceBytes)),
    0,
  );

/** Returns what a run on this device would record of the step. */
export async function measureStep(
  simulation: Simulation,
  step: SimulatedStep,
  profile: Profile,
  random: RandomSource,
): Promise<DecodeMeasurement> {
  if (step.refused !== undefined) return { status: 'skipped', case: step.case, reason: step.refused };
  const { operations, facts } = step;
  const precision = profile.experiments;
  if (!precision) throw new Error(`${profile.id} measures no steps for claims`);
  const eachMs = stepMsOn(simulation, operations);
  const tooLong =
    tooLongForClaims(facts.work, simulation.device.gbps, profile) ?? tooLongToTime(eachMs, precision.maxStepMs);
  if (tooLong !== undefined) return { status: 'skipped', case: step.case, reason: tooLong };
  const { run, stopped } = await stepRun(simulation, eachMs, facts.dispatches, precision, random);
  return {
    ...{ status: 'measured', ...facts, stopped },
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    preRollSteps: run.preRollSteps,
    checksum: run.checksum,
    samples: [...run.samples],
    discarded: [...run.discarded],
  };
}

/** Visits a step that takes `eachMs` in rounds, until it is settled or its time is spent. */
async function stepRun(
  simulation: Simulation,
  eachMs: number,
  dispatches: number,
  precision: Precision & Pick<Experiments, 'stepBudgetMs' | 'guaranteedRounds'>,
  random: RandomSource,
): Promise<{ run: StepRun; stopped: Stopped }> {
  const clock = simulatedClock(simulation, clockOf(simulation.device), PRE_ROLL_MS);
  const run = new StepRun({ clock, decoder: decoderOf(dispatches, eachMs), precision, firstLookMs: eachMs });
  const startMs = simulation.ms;
  for (let round = 0; ; round++) {
    await run.visit({ round, random, sinceStartMs: () => simulation.ms });
    const enough = run.settled();
    if (enough) return { run, stopped: enough };
    const spent = simulation.ms - startMs >= precision.stepBudgetMs;
    if (spent && mayEnd(round + 1, precision.guaranteedRounds, run.stepMs)) return { run, stopped: 'time' };
  }
}

/** Returns a decoder with only those members that a StepRun uses, whose steps take `eachMs`. */
const decoderOf = (dispatches: number, eachMs: number): Decoder => ({
  step: {
    ...{ sections: [], alike: [], swapped: [], state: () => ({}), maxSteps: 64, results: {} },
    layers: { distinct: 1, total: 1 },
  },
  dispatchesPerStep: dispatches,
  bytes: 0,
  begin() {},
  encode: (steps, passes = 1) =>
    Array.from({ length: passes }, () => simulatedPass((steps * dispatches) / passes, (steps * eachMs) / passes)),
  chain: () => Promise.reject(new Error('steps for claims are not explained')),
  words: () => () => 0,
  view: () => {
    throw new Error('it has no buffers');
  },
  read: async () => new Uint32Array(),
  destroy() {},
});

/** Ranges for steps on a software adapter beside other work: the time of a step, in ms, and the noise of a region. */
const SLOW = { stepMs: [1000, 60_000], sigma: [0.02, 0.5] } as const;

/** Calibrates steps whose time is spent before their minimum number of rounds: their intervals rest on few rounds. */
export async function calibrateSlowSteps(count: number, seed = 1): Promise<Row> {
  const [uniform, random] = [uniformOf(seed), sourceOf(seed, 'steps')];
  const precision = { ...PROFILES.quick, stepBudgetMs: 0, guaranteedRounds: MIN_UNITS };
  const held: Held[] = [];
  for (let i = 0; i < count; i++) {
    const sigma = between(...SLOW.sigma, uniform);
    const device = { ...WELL_BEHAVED, noise: { ...WELL_BEHAVED.noise, sigma } };
    const eachMs = between(...SLOW.stepMs, uniform);
    const { run } = await stepRun(new Simulation(device, uniform), eachMs, 1, precision, random);
    // The noise is log-normal, and this is its mean.
    const truth = eachMs * Math.exp(sigma ** 2 / 2);
    if (run.stepMs) held.push({ figure: 'time of a step', truth, estimate: run.stepMs });
  }
  return rowOf('slow steps', 'time of a step', held);
}
