/**
 * A clock times a region: work that the GPU does without a break. There are two clocks, and check.ts decides which one
 * a run trusts.
 *
 * A GPU that has just waited is no steady clockwork: its clock rates fall in gaps and rise again within 5 – 50 ms, and
 * the commands of a region are recorded inside `submit`, at 0.6 – 1.9 µs a dispatch (seen in Dawn). So a pre-roll runs
 * right before a region: untimed work of the same kind, which is submitted first and keeps the GPU busy meanwhile.
 */

import { sampleMs } from '../../results/derived/derive.ts';
import { MAX_SUBMISSION_MS } from '../../results/derived/regions.ts';
import type { ClockKind, Reading } from '../../results/record/schema.ts';

/**
 * The maximum number of dispatches of one submission. The GPU must be busy with one while the next is recorded: at 2 µs
 * a dispatch, recording this many takes less than a pre-roll.
 */
const MAX_PASS_DISPATCHES = 2 ** 12;

/**
 * The length of one submission of a region that takes several, in ms. It is half the limit, since some submissions take
 * longer than others.
 */
export const PASS_MS = MAX_SUBMISSION_MS / 2;

/** The time that readings of one kind may take together, in ms, where each takes long. */
const READINGS_MS = 600;

/**
 * Returns the number of readings to take: `wished`, or fewer where a reading takes `eachMs` and all would take too long,
 * such as where the host learns of each end after 100 ms. There are at least `least`.
 */
export const affordable = (wished: number, least: number, eachMs: number): number =>
  Math.max(least, Math.min(wished, Math.floor(READINGS_MS / eachMs)));

/** The factor by which a first look makes a region longer at most: the readings before it may have been too short. */
const MAX_GROWTH = 8;

/**
 * Returns by how much to make a region longer that took `ms`, so that it takes `enoughMs`: at least twice, and by
 * MAX_GROWTH at most.
 */
export const growth = (ms: number, enoughMs: number): number =>
  Math.min(MAX_GROWTH, Math.max(2, Math.ceil(enoughMs / ms)));

/** Records the dispatches of a pass. It is called once. */
export type Encode = (pass: GPUComputePassEncoder) => void;

/** Untimed work right before a region. */
export interface PreRoll {
  /** The passes, each of which is a submission of its own. */
  readonly passes: readonly Encode[];
  /** Puts back what the pre-roll changes. It is called after the pre-roll's submissions, before those of the region. */
  readonly undo?: () => void;
}

/** Work in units, of which a region holds any number: dispatches of a kernel, or decode steps. */
export interface Workload {
  /** The maximum number of units in a region. */
  readonly maxUnits: number;
  /**
   * Prepares a region of `units` units, and returns its passes in their order.
   *
   * @param unitMs About how long a unit takes, in ms; undefined while it is not known.
   */
  encode(units: number, unitMs?: number): Encode | readonly Encode[];
  /** Prepares a pre-roll of `units` units. It is prepared anew for every region, right before the region. */
  preRoll(units: number, unitMs: number): PreRoll;
}

export interface TimeOptions {
  /** The work before the region. Default: none. */
  readonly preRoll?: PreRoll | undefined;
  /** About how long pre-roll and region take together, in ms. Default: unknown. */
  readonly expectedMs?: number | undefined;
  /** Whether the wall time is going to be read, too, where the clock is another. Default: it is. */
  readonly readsWall?: boolean | undefined;
}

export interface Clock {
  readonly kind: ClockKind;
  /** The time in ms that a region without work takes by this clock. */
  readonly idleMs: number;
  /** The length of the pre-roll that regions need by this clock, in ms. */
  readonly preRollMs: number;
  /** The step of the wall clock in ms; 0 until it is known. */
  readonly wallQuantumMs: number;
  /**
   * Submits a region of `units` units and waits until it is done. Each of its passes is a submission of its own, one
   * right after the other.
   */
  time(units: number, encode: Encode | readonly Encode[], options?: TimeOptions): Promise<Reading>;
  destroy(): void;
}

/** Returns the time of the work in a region without a pre-roll by the clock, in ms; 0 where it is lost in its cost. */
export function workMs(reading: Reading, { kind, idleMs }: Pick<Clock, 'kind' | 'idleMs'>): number {
  const ms = sampleMs(reading, kind) - idleMs;
  return ms > 0 ? ms : 0;
}

/**
 * Divides `units` dispatches into passes that are short enough for one submission each.
 *
 * @param unitMs About how long a dispatch takes, in ms; undefined while it is not known.
 */
export function inPasses(units: number, unitMs: number | undefined, encode: (units: number) => Encode): Encode[] {
  const ms = units * (unitMs ?? 0);
  const isShort = ms <= MAX_SUBMISSION_MS && units <= MAX_PASS_DISPATCHES;
  const passes = isShort ? 1 : Math.min(units, Math.ceil(Math.max(ms / PASS_MS, units / MAX_PASS_DISPATCHES)));
  const end = (pass: number) => Math.floor((pass * units) / passes);
  return Array.from({ length: passes }, (_, i) => encode(end(i + 1) - end(i)));
}

export interface RegionOptions {
  readonly clock: Clock;
  readonly workload: Workload;
  readonly units: number;
  /** About how long a unit takes, in ms. */
  readonly unitMs: number;
  /** The units of the pre-roll. */
  readonly preRollUnits: number;
  /** Whether the wall time is going to be read, too, where the clock is another. Default: it is. */
  readonly readsWall?: boolean | undefined;
}

/** Times a region of `units` units after a pre-roll. */
export function timeRegion({
  clock,
  workload,
  units,
  unitMs,
  preRollUnits,
  readsWall,
}: RegionOptions): Promise<Reading> {
  // A workload that rotates through memory is encoded in the order in which it runs.
  const preRoll = preRollUnits > 0 ? workload.preRoll(preRollUnits, unitMs) : undefined;
  const expectedMs = (preRollUnits + units) * unitMs;
  return clock.time(units, workload.encode(units, unitMs), { preRoll, expectedMs, readsWall });
}

/**
 * Returns the units of a pre-roll of about `ms`: at least one, and none where a unit is so long that a gap before it is
 * the same small part of every region.
 */
export function preRollUnits(ms: number, unitMs: number, { maxUnits }: Pick<Workload, 'maxUnits'>): number {
  if (ms === 0 || unitMs > PASS_MS) return 0;
  return Math.min(maxUnits, Math.max(1, Math.round(ms / unitMs)));
}

/** Returns the passes of a region as commands that are ready to be submitted. */
export function commandsOf(
  device: GPUDevice,
  encode: Encode | readonly Encode[],
  timestamps?: (pass: number, passes: number) => GPUComputePassTimestampWrites | undefined,
): { readonly encoder: GPUCommandEncoder; finish(): GPUCommandBuffer }[] {
  const encodes = typeof encode === 'function' ? [encode] : encode;
  return encodes.map((one, i) => {
    const encoder = device.createCommandEncoder();
    const timestampWrites = timestamps?.(i, encodes.length);
    const pass = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
    one(pass);
    pass.end();
    return { encoder, finish: () => encoder.finish() };
  });
}

/**
 * Submits a pre-roll and a region. The pre-roll is a submission of its own: the GPU begins with it while the host still
 * records the region. One `submit` of both would record both before the GPU begins.
 */
export function submitRegion(
  { queue }: GPUDevice,
  preRoll: readonly GPUCommandBuffer[],
  undo: (() => void) | undefined,
  region: readonly GPUCommandBuffer[],
): void {
  for (const one of preRoll) queue.submit([one]);
  undo?.();
  for (const one of region) queue.submit([one]);
}
