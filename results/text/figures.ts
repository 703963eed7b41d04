/**
 * Figures as text, for page and terminal: three significant digits, always with the unit, and an interval in the unit
 * of its value. kB, MB and GB are powers of ten. Numbers are written as locale.ts says; units are those of the SI, which
 * are the same in every language.
 */

import { numberFormat } from './locale.ts';

/** A value and its 95 % interval, without replicates. */
export interface Figure {
  readonly value: number;
  /** The 95 % interval; null where there are too few data. */
  readonly ci95: readonly [number, number] | null;
}

/** The figure of an estimate, without its replicates. */
export const figureOf = ({ value, ci95 }: Figure): Figure => ({ value, ci95 });

/** A figure as text, in parts that a view can style separately. */
export interface FigureText {
  readonly value: string;
  /** `low – high`, or undefined where there is no interval. */
  readonly interval: string | undefined;
  readonly unit: string;
}

const DIGITS = 3;
/** Maximum of digits, even where an interval is narrower: more are noise to a reader. */
const MAX_DIGITS = 5;

/** The text of a number that is missing. */
export const NONE = '–';

/** `value` with `digits` significant digits and grouped thousands. */
export function significant(value: number, digits: number = DIGITS): string {
  if (value === Number.POSITIVE_INFINITY) return '∞';
  if (!Number.isFinite(value)) return NONE;
  return numberFormat(digits, { minimumSignificantDigits: digits, maximumSignificantDigits: digits }).format(value);
}

/**
 * A figure in `unit`, after division by `scale`. The interval gets as many digits as its two ends need to differ, and the
 * value as many decimals as the interval, so that it is seen to lie within.
 */
export function figureText({ value, ci95 }: Figure, unit: string, scale = 1): FigureText {
  const [n, low, high] = [value, ci95?.[0], ci95?.[1]].map((one) => (one ?? Number.NaN) / scale) as Three;
  if (!ci95) return { value: significant(n), interval: undefined, unit };
  const digits = digitsApart(low, high);
  const interval =
    low < high && significant(low, digits) === significant(high, digits)
      ? outwards(low, high, digits)
      : `${significant(low, digits)} – ${significant(high, digits)}`;
  return { value: significant(n, digits === DIGITS ? DIGITS : digitsAt(n, placeOf(high, digits))), interval, unit };
}

type Three = [number, number, number];

/** The digits in which two ends differ: at least `DIGITS`, and at most `MAX_DIGITS`, even if they are alike then. */
function digitsApart(low: number, high: number): number {
  let digits = DIGITS;
  if (low < high) {
    while (digits < MAX_DIGITS && significant(low, digits) === significant(high, digits)) digits++;
  }
  return digits;
}

/** The power of ten of the last of `digits` significant digits. */
const placeOf = (n: number, digits: number): number => Math.floor(Math.log10(Math.abs(n))) - digits + 1;

/** The significant digits with which `n` ends at a power of ten. */
const digitsAt = (n: number, place: number): number =>
  Math.min(MAX_DIGITS, Math.max(DIGITS, Math.floor(Math.log10(Math.abs(n))) - place + 1 || DIGITS));

/** Ends that look alike, rounded away from each other: an interval that has a width must not look as if it had none. */
function outwards(low: number, high: number, digits: number): string {
  const unit = 10 ** placeOf(high, digits);
  return `${significant(Math.floor(low / unit) * unit, digits)} – ${significant(Math.ceil(high / unit) * unit, digits)}`;
}

/** A number of things: `1 sample`, `1,200 samples`. */
export const countText = (n: number, thing: string): string => `${integerText(n)} ${thing}${n === 1 ? '' : 's'}`;

interface Scale {
  readonly unit: string;
  readonly size: number;
}

const BYTE_SCALES: readonly Scale[] = [
  { unit: 'TB', size: 1e12 },
  { unit: 'GB', size: 1e9 },
  { unit: 'MB', size: 1e6 },
  { unit: 'kB', size: 1e3 },
];

/** A size with the unit that suits it: `1.07 GB`. */
export function bytesText(bytes: number): string {
  const scale = BYTE_SCALES.find(({ size }) => bytes >= size);
  return scale ? `${significant(bytes / scale.size)} ${scale.unit}` : `${Math.round(bytes)} B`;
}

const MS_SCALES: readonly Scale[] = [
  { unit: 's', size: 1e3 },
  { unit: 'ms', size: 1 },
  { unit: 'µs', size: 1e-3 },
  { unit: 'ns', size: 1e-6 },
];

/** The unit that suits a duration of `ms` milliseconds. */
function msScale(ms: number): Scale {
  return MS_SCALES.find(({ size }) => Math.abs(ms) >= size) ?? { unit: 'ns', size: 1e-6 };
}

/** A duration with the unit that suits it: `12.3 ms`. */
export function msText(ms: number): string {
  if (ms === 0) return '0 ms';
  const { unit, size } = msScale(ms);
  return `${significant(ms / size)} ${unit}`;
}

/** A share in %, with its interval: `15 % (14 – 16 %)`. */
export function percentText(share: Figure): string {
  const { value, interval } = figureText(share, '%', 0.01);
  return `${value} %${interval ? ` (${interval} %)` : ''}`;
}

/**
 * A duration with its interval, in the unit that suits the value; for a value of 0, the unit that suits the upper end.
 */
export function msFigureText(figure: Figure): FigureText {
  const { unit, size } = msScale(figure.value || figure.ci95?.[1] || 1);
  return figureText(figure, unit, size);
}

export const gbpsText = (figure: Figure): FigureText => figureText(figure, 'GB/s');
export const tokensPerSecondText = (figure: Figure): FigureText => figureText(figure, 'tokens/s');

/** The time left, rounded to what a person cares about: `20 – 30 s left`, `50 s – 2 min left`, `about 20 s left`. */
export function leftText([low, high]: readonly [low: number, high: number]): string {
  const [from, to] = [leftPart(low), leftPart(high)];
  if (from === to) return `about ${from} left`;
  const [value, unit] = from.split(' ');
  return `${to.endsWith(` ${unit}`) ? value : from} – ${to} left`;
}

function leftPart(ms: number): string {
  const seconds = ms > 20_000 ? Math.round(ms / 5000) * 5 : Math.max(1, Math.round(ms / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** A whole number with grouped thousands: `4,096`. */
export const integerText = (n: number): string => numberFormat('whole', {}).format(n);

/** A number that a vendor or a person gave, with all of its digits: `273.2`. */
export const givenText = (n: number): string => numberFormat('given', { maximumSignificantDigits: 15 }).format(n);

/** A number as a person would type it, without grouped thousands: `1008.5`. */
export const typedText = (n: number): string =>
  numberFormat('typed', { maximumSignificantDigits: 15, useGrouping: false }).format(n);

/** A change in %, with its sign: `+1.2 %`. */
export const changeText = (share: number): string =>
  `${numberFormat('change', {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  }).format(100 * share)}\u00a0%`.replace('-', '−');
