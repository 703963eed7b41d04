/** A slider for a number that is at home on a logarithmic scale: its range, its keys, and where its thumb stands. */

export interface SliderRange {
  readonly min: number;
  readonly max: number;
}

/** The range of a slider around `base`, within what is allowed at all. */
export const rangeAround = (base: number, allowed: SliderRange): SliderRange => ({
  min: Math.max(allowed.min, base / 16),
  max: Math.min(allowed.max, base * SPAN),
});

/** The largest value of a slider over its base. The bus has room for as much. */
export const SPAN = 4;

/** `base` while `value` is in the range around it. Else `value`, about which the slider and the bus are drawn anew. */
export const rebased = (base: number, value: number): number =>
  value >= base / 16 && value <= base * SPAN ? base : value;

/** The part of the slider's way at which `value` stands, from 0 to 1. */
export function partOf(value: number, { min, max }: SliderRange): number {
  if (max <= min) return 0;
  const part = Math.log(value / min) / Math.log(max / min);
  return Math.min(1, Math.max(0, part));
}

/** The value at a part of the slider's way. */
export const valueAt = (part: number, { min, max }: SliderRange): number => min * (max / min) ** part;

/** `value` with three significant digits, or as a whole number of at least 1, within `range`. */
export function rounded(value: number, range: SliderRange, whole = false): number {
  const three = Number(value.toPrecision(3));
  const n = whole ? Math.max(1, Math.round(three)) : three;
  return Math.min(range.max, Math.max(range.min, n));
}

/** What keys multiply a value by: arrows 1 %, Page keys 10 %. */
const FACTORS: Readonly<Record<string, number>> = {
  ArrowRight: 1.01,
  ArrowUp: 1.01,
  ArrowLeft: 1 / 1.01,
  ArrowDown: 1 / 1.01,
  PageUp: 1.1,
  PageDown: 1 / 1.1,
};

/** The value after a key, or undefined for a key that does nothing here. A whole number changes by at least 1. */
export function afterKey(key: string, value: number, range: SliderRange, whole = false): number | undefined {
  if (key === 'Home') return range.min;
  if (key === 'End') return range.max;
  const factor = FACTORS[key];
  if (factor === undefined) return undefined;
  const next = rounded(value * factor, range, whole);
  if (next !== value) return next;
  // A small number rounds to where it was.
  const step = whole ? 1 : 10 ** (Math.floor(Math.log10(value)) - 2);
  return rounded(value + Math.sign(factor - 1) * step, range, whole);
}
