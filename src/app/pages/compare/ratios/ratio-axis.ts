/** The axis of ratios: logarithmic, and 1 always on it. Pure. */

import type { Figure } from '../../../../../results/text/figures.ts';

export interface RatioAxis {
  /** Places on the axis with a mark, ascending. */
  readonly ticks: readonly number[];
  /** The place of a ratio, 0 … 1 from left to right; beyond the axis, its end. */
  at(ratio: number): number;
}

/** The room beyond the outermost ratio, as a share of the axis. */
const HEADROOM = 0.08;

/** The least width of an axis, as a ratio of its ends: ratios near 1 are not blown up to fill it. */
const MIN_WIDTH = 1.1;

/** @param ratios the ratios to be shown, with their intervals */
export function ratioAxis(ratios: readonly Figure[]): RatioAxis {
  const ends = ratios.flatMap(({ value, ci95 }) => [value, ...(ci95 ?? [])]).filter((end) => end > 0 && end < 1e9);
  const [first, last] = [ends.reduce((a, b) => Math.min(a, b), 1), ends.reduce((a, b) => Math.max(a, b), 1)];
  const reach = Math.log(Math.max(MIN_WIDTH, last / first)) * HEADROOM;
  const least = Math.log(MIN_WIDTH) / 2;
  const low = Math.min(-least, Math.log(first) - reach);
  const high = Math.max(least, Math.log(last) + reach);
  return {
    ticks: ticksWithin(Math.exp(low), Math.exp(high)),
    at: (ratio) => Math.min(1, Math.max(0, (Math.log(ratio) - low) / (high - low))),
  };
}

/** The maximum of marks, and their least distance as a share of the axis: on a phone, others run into each other. */
const MAX_TICKS = 6;
const MIN_GAP = 0.095;

/** Distances between marks, and the digits after a power of ten that have one where the axis is longer. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const DIGITS = [[1, 2, 5], [1]];

/** Marks at round numbers, as dense as there is room for. 1 is always one of them. */
function ticksWithin(low: number, high: number): number[] {
  const even = STEPS.map((step) => {
    const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
    return Array.from({ length: Math.min(MAX_TICKS + 1, last - first + 1) }, (_, i) => (first + i) * step);
  });
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const powers = DIGITS.map((digits) => decades.flatMap((ten) => digits.map((digit) => digit * ten)));
  const leastRatio = (high / low) ** MIN_GAP;
  const found = [...even, ...powers]
    .map((ticks) => ticks.filter((tick) => tick >= low && tick <= high))
    .filter((ticks) => ticks.length <= MAX_TICKS && ticks.length > 1 && ticks.includes(1))
    .filter((ticks) => ticks.every((tick, i) => i === 0 || tick / (ticks[i - 1] ?? 0) >= leastRatio))
    .reduce<number[] | undefined>((most, ticks) => (most && most.length >= ticks.length ? most : ticks), undefined);
  // Sums of steps are not quite round.
  return (found ?? [1]).map((tick) => Number(tick.toPrecision(3)));
}
