/**
 * A run, from adapter to record: set up, plan, verify, measure in shuffled rounds. It is a stream of events; whatever
 * happens on the way, what was measured is in the record at its end.
 */

import { digest, seal } from '../results/digest.ts';
import { labelsOf } from '../results/labels.ts';
import {
  type AdapterInfo,
  type HostInfo,
  type Measurement,
  type Plan,
  type RecordBody,
  type RecordEvent,
  type Reported,
  type RunRecord,
  SCHEMA_VERSION,
} from '../results/schema.ts';
import { FEWEST_UNITS, randomSource, shuffled } from '../results/statistics.ts';
import type { KernelSet } from '../shaders/kernel.ts';
import { firstLookMs } from './clock/check.ts';
import { type Gpu, messageOf, openGpu } from './device.ts';
import { HarnessError } from './errors.ts';
import type { Phase, RunEvent } from './events.ts';
import type { Cancellation, Host } from './host.ts';
import { CaseRun, LONGEST_DISPATCH_MS, longestRegionMs, NOT_REACHED, prepare } from './measure.ts';
import { caseRecord, dispatchSizes, type PlannedCase, planCases, sidePools, type TuningsOf } from './plan.ts';
import type { Profile } from './profiles.ts';
import { type Bench, LEAST_MEMORY_BYTES, setUp } from './setup.ts';
import { formatsOf, kernelDigest, sameParams } from './tunings.ts';
import { type Verdict, verifyExamples } from './verify.ts';
import { wavesOf } from './waves.ts';

export interface RunOptions {
  readonly kernels: KernelSet;
  readonly profile: Profile;
  /** 32-bit unsigned: decides every word in memory and every order. */
  readonly seed: number;
  readonly harness: { readonly version: string; readonly commit: string | null };
  readonly reported: Reported;
  /** Most GPU memory to stream through, all pools together; default: what the profile wishes for. */
  readonly memoryBytes?: number;
  /** The tunings to measure each problem with, once the adapter is known; default: the kernels' defaults. */
  readonly tuningsFor?: (adapter: AdapterInfo, host: HostInfo) => TuningsOf | Promise<TuningsOf>;
  /** Time for everything, in ms, but for what is under way when it ends. Cases not reached are skipped. */
  readonly budgetMs?: number;
  readonly signal: Cancellation;
}

/** Where each phase of the set-up begins, as a share of the run: for the progress bar only. */
const SETUP_START: Readonly<Partial<Record<Phase, number>>> = { fill: 0, clock: 0.04, 'warm-up': 0.08 };
const SETUP_SHARE = 0.1;

/** A guess at the time of the set-up, for the ETA only. */
const SETUP_MS = 3000;

/** The share of a wave that verifying and opening its cases takes, for the progress bar only. */
const OPENING_SHARE = 0.07;

/** Rounds that a wave gets once it is open, whatever the time: an interval needs as many. */
const LEAST_ROUNDS = FEWEST_UNITS;

/** A case of the plan: being measured, or what became of it. */
type Slot = CaseRun | Measurement;

/**
 * Runs `options.profile` on `host`. The last event is `done`, with the record that is also returned.
 *
 * Cancelled or losing its device, it ends with what it has: a record whose events say so.
 *
 * @throws HarnessError when it ends before there is anything to record.
 */
export async function* run(host: Host, options: RunOptions): AsyncGenerator<RunEvent, RunRecord> {
  const { kernels, profile, seed, signal, memoryBytes } = options;
  const { budgetMs = Number.POSITIVE_INFINITY } = options;
  if (memoryBytes !== undefined && !(memoryBytes >= LEAST_MEMORY_BYTES)) {
    throw new HarnessError(
      'unusable-options',
      `Memory must be at least ${(LEAST_MEMORY_BYTES / 1e9).toPrecision(3)} GB; got ${memoryBytes / 1e9} GB.`,
    );
  }
  const created = host.date();
  const startMs = host.now();
  const sinceStartMs = () => host.now() - startMs;
  const events: RecordEvent[] = [];
  const note = (kind: RecordEvent['kind'], detail: string) => events.push({ atMs: sinceStartMs(), kind, detail });
  /** Set-up is a fixed share; then `done` of the cases' time. */
  const progress = (phase: Phase, detail: string, done = 0): RunEvent => {
    const fraction = SETUP_START[phase] ?? SETUP_SHARE + done * (1 - SETUP_SHARE);
    const wholeMs = done > 0 ? Math.max(profile.measureMs, (sinceStartMs() - plannedMs) / done) : profile.measureMs;
    const etaMs = Math.min((1 - done) * wholeMs + (done > 0 ? 0 : SETUP_MS), budgetMs - sinceStartMs());
    return { type: 'progress', phase, fraction, etaMs: Math.max(0, etaMs), detail };
  };
  /** When the cases' time began. */
  let plannedMs = 0;

  const gpu = await openGpu(host);
  yield { type: 'adapter', adapter: gpu.info, host: host.info };
  const { poolBytes, regionMs, breadth } = profile;
  const side = sidePools(kernels.measured, breadth);
  const setup = setUp(host, gpu, { kernels, seed, poolBytes, memoryBytes, side, regionMs, progress, note });
  const bench = yield* endingClearly(gpu, signal, setup);

  const sizes = dispatchSizes(profile, bench.probeGBps, bench.memory.main);
  const planned = planCases({
    kernels: kernels.measured,
    features: gpu.features,
    limits: gpu.info.limits,
    sizes,
    breadth: profile.breadth,
    poolBytes: bench.memory.main.bytes,
    tuningsOf: await options.tuningsFor?.(gpu.info, host.info),
  });
  const plan: Plan = {
    poolBytes: bench.memory.main.bytes,
    probeGBps: bench.probeGBps,
    largestDispatchBytes: sizes.at(-1) ?? 0,
    cases: planned.map(caseRecord),
  };
  yield { type: 'plan', plan };

  const slots: Slot[] = planned.map((c) => ({ status: 'skipped', case: caseRecord(c), reason: c.skip ?? NOT_REACHED }));
  const harness = { ...options.harness, kernels: kernelsDigest(kernels) };
  const body = (): RecordBody => ({
    schema: SCHEMA_VERSION,
    created,
    harness,
    profile: profile.id,
    seed,
    host: host.info,
    adapter: gpu.info,
    reported: options.reported,
    clock: bench.clockInfo,
    plan,
    events: [...events],
    measurements: slots.map(measurementOf),
  });
  const shown = new Set<string>();
  function* newLabels(): Generator<RunEvent> {
    for (const label of labelsOf(body())) {
      if (!shown.has(label.id)) yield { type: 'label', label };
      shown.add(label.id);
    }
  }
  const measurementEvent = (index: number): RunEvent => ({
    type: 'measurement',
    index,
    measurement: measurementOf(slots[index] as Slot),
  });
  /** Has the run ended early? Notes why, once. */
  const ended = (): 'cancelled' | 'lost' | undefined => {
    const lost = gpu.lost();
    const why = lost !== undefined ? 'lost' : signal.aborted ? 'cancelled' : undefined;
    if (why && !events.some((e) => e.kind === why)) {
      note(why, why === 'lost' ? `the GPU device was lost: ${lost}` : 'cancelled by the user');
    }
    return why;
  };
  yield* newLabels();

  plannedMs = sinceStartMs();
  const random = randomSource(seed);
  const verdicts = new Map<string, Verdict>();
  /** Measured in every wave, for the others to be compared with: the ceiling's largest problem. */
  const ceilings = [...planned.keys()].filter((index) => {
    const { kernel, params } = planned[index] as PlannedCase;
    const largest = kernels.ceiling.shapes(sizes.slice(-1), 'few', bench.memory.main.bytes);
    return kernel === kernels.ceiling && largest.some((p) => sameParams(p, params));
  });
  const isCeiling = (index: number) => ceilings.includes(index);
  const waves = wavesOf(planned, isCeiling, profile.waveCases);
  const active = (index: number) => {
    const slot = slots[index];
    return slot instanceof CaseRun && slot.active ? slot : undefined;
  };
  const fail = (index: number, error: unknown) => {
    active(index)?.destroy();
    slots[index] = { status: 'failed', case: caseRecord(planned[index] as PlannedCase), reason: messageOf(error) };
  };
  let round = 0;
  let roundsMs = 0;
  for (const [nth, wave] of waves.entries()) {
    const done = (share: number) => (nth + share) / waves.length;
    const wavesLeft = waves.length - nth;
    const deadlineMs = sinceStartMs() + (budgetMs - sinceStartMs()) / wavesLeft;
    for (const [opened, index] of wave.entries()) {
      if (ended() || sinceStartMs() > budgetMs) break;
      const plannedCase = planned[index] as PlannedCase;
      if (plannedCase.skip === undefined) {
        const detail = `is ${nameOf(plannedCase)} right?`;
        yield progress('verify', detail, done((opened / wave.length) * OPENING_SHARE));
        try {
          slots[index] = await openCase(bench, options, plannedCase, verdicts);
        } catch (error) {
          if (ended()) break;
          fail(index, error);
        }
      }
      if (!active(index)) yield measurementEvent(index);
    }

    const startMs = sinceStartMs();
    const shareMs = Math.max(1, Math.min((profile.measureMs - roundsMs) / wavesLeft, deadlineMs - startMs));
    const first = round;
    const stays = (index: number) => wavesLeft > 1 && isCeiling(index);
    /** Those that stay, and need no more rounds in this wave. */
    const settled = new Set<number>();
    const unsettled = (indices: readonly number[]) => indices.filter((i) => active(i) && !settled.has(i));
    rounds: for (; unsettled(wave).length > 0; round++) {
      for (const index of shuffled(unsettled([...new Set([...wave, ...ceilings])]), random)) {
        const spent = (sinceStartMs() - startMs) / shareMs;
        if (ended() || (spent >= 1 && round - first >= LEAST_ROUNDS)) break rounds;
        const detail = `round ${round - first + 1}: ${nameOf(planned[index] as PlannedCase)}`;
        yield progress('measure', detail, done(OPENING_SHARE + (1 - OPENING_SHARE) * Math.min(1, spent)));
        const caseRun = active(index) as CaseRun;
        try {
          await caseRun.visit(round, sinceStartMs, random);
        } catch (error) {
          if (ended()) break rounds;
          fail(index, error);
        }
        if (round - first + 1 >= caseRun.precision.fewestRounds && caseRun.settled()) {
          if (stays(index)) settled.add(index);
          else caseRun.stop('interval');
        }
        yield measurementEvent(index);
      }
    }
    roundsMs += sinceStartMs() - startMs;
    for (const index of [...new Set([...wave, ...ceilings])]) {
      const caseRun = active(index);
      if (!caseRun || (stays(index) && !ended())) continue;
      caseRun.stop(ended() ?? (settled.has(index) ? 'interval' : 'time'));
      yield measurementEvent(index);
    }
    if (ended()) break;
  }
  yield* newLabels();
  const record = seal(body());
  bench.memory.destroy();
  gpu.device.destroy();
  yield { type: 'done', record };
  return record;
}

/** Verifies a case's kernel, once per variant, formats and tuning, and prepares the case; a wrong one is not prepared. */
async function openCase(
  bench: Bench,
  { profile, seed, signal }: RunOptions,
  plannedCase: PlannedCase,
  verdicts: Map<string, Verdict>,
): Promise<Slot> {
  const { gpu, filler, memory, clock } = bench;
  const { kernel, variant, params, tuning } = plannedCase;
  const key = JSON.stringify([kernel.id, variant, formatsOf(params), tuning]);
  const { verification, wrong } = verdicts.get(key) ?? (await verifyExamples(gpu, filler, plannedCase, signal));
  verdicts.set(key, { verification, wrong });
  if (wrong !== undefined) return { status: 'wrong', case: caseRecord(plannedCase), verification, reason: wrong };
  const prepared = await prepare(gpu, filler, memory, seed, plannedCase);
  const precision = prepared.isWorkingSet ? profile.curve : profile;
  const regionMs = longestRegionMs(precision.regionMs, bench.clockInfo);
  const lookMs = await firstLookMs(clock, prepared.encode, regionMs);
  if (lookMs > LONGEST_DISPATCH_MS) {
    prepared.destroy();
    const reason = `one dispatch takes ${lookMs.toPrecision(3)} ms here, more than the ${LONGEST_DISPATCH_MS} ms with which two fit a submission`;
    return { status: 'skipped', case: caseRecord(plannedCase), reason };
  }
  return new CaseRun({
    gpu,
    clock,
    precision: { ...precision, regionMs },
    kernelCase: plannedCase,
    prepared,
    verification,
    firstLookMs: lookMs,
  });
}

/** For a person. */
const nameOf = ({ kernel, variant, params }: PlannedCase) =>
  `${[kernel.id, ...formatsOf(params)].join(' ')} (${variant})`;

/** Passes a set-up's events on; where it is cut short, says so in one line. */
export async function* endingClearly(
  gpu: Gpu,
  signal: Cancellation,
  setup: AsyncGenerator<RunEvent, Bench>,
): AsyncGenerator<RunEvent, Bench> {
  try {
    for (;;) {
      const { done, value } = await setup.next();
      if (done) return value;
      if (signal.aborted) throw new HarnessError('cancelled', 'Cancelled before anything was measured.');
      yield value;
    }
  } catch (error) {
    const lost = gpu.lost();
    gpu.device.destroy();
    if (lost !== undefined && !(error instanceof HarnessError)) {
      throw new HarnessError(
        'device-lost',
        `The GPU device was lost before anything was measured (${lost}). Reload and try again; a driver update may help.`,
      );
    }
    throw error;
  }
}

function measurementOf(slot: Slot): Measurement {
  return slot instanceof CaseRun ? slot.measurement() : slot;
}

/** Identity of the kernels' code. */
function kernelsDigest({ measured, fill, ceiling }: KernelSet): string {
  return digest([...new Set([...measured, fill, ceiling])].map(kernelDigest));
}
