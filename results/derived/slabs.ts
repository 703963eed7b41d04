/**
 * Compares the slabs of a run's memory with each other. A GPU's own memory is read at one rate, so slabs that are read
 * at very different rates are not all in it.
 */

import { median } from 'simple-statistics';
import { maxOf } from '../lists.ts';
import type { ClockInfo, MemoryUse } from '../record/schema.ts';
import { clockStepMs, sampleMs } from './derive.ts';

/**
 * The minimum number of rounds of a slab that is judged. Of slabs that are alike, one has all its five times above four
 * of the other's in 5 % of cases; with a margin of SLOW between them, hardly ever.
 */
const MIN_ROUNDS = 5;

/**
 * A slab is slow if each of its times is this many times those of the fastest slab, of which the longest does not count:
 * something may have disturbed it. Slabs of one memory differ by a few percent, with their
 * place in it; main memory behind a bus is five to fifty times as slow.
 */
const SLOW = 1.25;

/** Slabs that are not alike. */
export interface UnevenSlabs {
  /** The bytes of the slabs that are read slowly. */
  readonly slowBytes: number;
  /** The bytes of all slabs that were compared. */
  readonly bytes: number;
  /**
   * The minimum by which the slowest slab takes longer than the fastest: the least of its times over the most of the
   * others. The fixed cost of a dispatch, which is in both, only makes it less.
   */
  readonly times: number;
}

/** Finds slabs that are slower than others. Returns undefined where none is, or where it cannot be told. */
export function unevenSlabs(timed: MemoryUse['slabs'], clock: ClockInfo): UnevenSlabs | undefined {
  const slabs = timed.flatMap((slab) => timesOf(slab, clock) ?? []);
  const slow = slabs.flatMap((slab) => {
    // A cache may hold a part of a small slab, so a slab is never compared with a smaller one.
    const peers = slabs.filter(({ bytes }) => bytes >= slab.bytes);
    const fastest = peers.reduce((a, b) => (b.medianMs < a.medianMs ? b : a));
    const times = slab.leastMs / fastest.mostMs;
    return times > SLOW && fastest.mostMs > 0 ? [{ bytes: slab.bytes, times }] : [];
  });
  if (slow.length === 0) return undefined;
  const sum = (of: readonly { readonly bytes: number }[]) => of.reduce((total, { bytes }) => total + bytes, 0);
  return { slowBytes: sum(slow), bytes: sum(slabs), times: maxOf(slow.map(({ times }) => times)) };
}

/** The times of a dispatch over a slab, in ms. */
interface SlabTimes {
  readonly bytes: number;
  readonly medianMs: number;
  /** The shortest, less a step of the clock. */
  readonly leastMs: number;
  /** The longest but one, plus a step of the clock. */
  readonly mostMs: number;
}

/**
 * Returns the times of a slab: the difference of a round's two readings over that of their dispatches. Undefined for a
 * slab with too few rounds.
 */
function timesOf({ bytes, readings }: MemoryUse['slabs'][number], clock: ClockInfo): SlabTimes | undefined {
  const stepMs = clockStepMs(clock);
  const rounds = readings.flatMap((longer, i) => {
    const shorter = readings[i - 1];
    if (i % 2 === 0 || !shorter || longer.dispatches <= shorter.dispatches) return [];
    const dispatches = longer.dispatches - shorter.dispatches;
    const ms = sampleMs(longer, clock.trusted) - sampleMs(shorter, clock.trusted);
    return [{ ms: ms / dispatches, stepMs: stepMs / dispatches }];
  });
  const sorted = rounds.sort((a, b) => a.ms - b.ms);
  const [least, most] = [sorted[0], sorted.at(-2)];
  if (!least || !most || sorted.length < MIN_ROUNDS) return undefined;
  return {
    bytes,
    medianMs: median(sorted.map(({ ms }) => ms)),
    leastMs: least.ms - least.stepMs,
    mostMs: most.ms + most.stepMs,
  };
}
