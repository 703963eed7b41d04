/** Scales of charts: where a value stands, from 0 to 1, and which values have ticks. */

export interface Scale {
  readonly kind: 'log' | 'linear' | 'signed';
  readonly min: number;
  readonly max: number;
}

/** The part of an axis that stays free beyond the largest value. */
const HEADROOM = 0.08;

/** The ratio from which on the ends of a log axis are apart. */
const APART = 1.01;

/**
 * The scale of an axis that shows all of `values`. A linear one begins at 0, and a signed one has 0 in its middle. A log
 * one leaves out what is not positive.
 */
export function scaleOf(kind: Scale['kind'], values: readonly number[]): Scale {
  const usable = values.filter((value) => Number.isFinite(value) && (kind !== 'log' || value > 0));
  if (kind === 'signed') {
    const most = usable.reduce((a, b) => Math.max(a, Math.abs(b)), 0) * (1 + HEADROOM) || 1;
    return { kind, min: -most, max: most };
  }
  if (usable.length === 0) return { kind, min: kind === 'log' ? 1 : 0, max: 10 };
  const top = usable.reduce((a, b) => Math.max(a, b));
  if (kind === 'linear') return { kind, min: 0, max: top > 0 ? top * (1 + HEADROOM) : 1 };
  const low = usable.reduce((a, b) => Math.min(a, b));
  // A single value stands in the middle of a decade, and so do values that nobody could tell apart by their ticks.
  const margin = top > low * APART ? HEADROOM * Math.log(top / low) : Math.log(10) / 2;
  return { kind, min: low * Math.exp(-margin), max: top * Math.exp(margin) };
}

/** Where `value` stands, from 0 at the scale's beginning to 1 at its end. */
export const partAt = ({ kind, min, max }: Scale, value: number): number =>
  kind === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);

/** The multiples of powers of ten that a log axis may show, the densest first. */
const MULTIPLES = [[1, 1.5, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1, 3], [1]] as const;

/** Round values within a scale: as many as there is room for, `most` at most. */
export function ticksOf(scale: Scale, most: number): number[] {
  return scale.kind === 'log' ? logTicks(scale, most) : linearTicks(scale, most);
}

function logTicks({ min, max }: Scale, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  for (let every = 1; every <= last - first + 1; every++) {
    const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((d) => d % every === 0);
    for (const multiples of every === 1 ? MULTIPLES : [[1]]) {
      const ticks = decades.flatMap((d) => multiples.map((m) => Number((m * 10 ** d).toPrecision(3))));
      const within = ticks.filter((tick) => tick >= min * 0.999 && tick <= max * 1.001);
      if (within.length <= most && within.length > 0) return within;
    }
  }
  // A range without a round number of its decade.
  return linearTicks({ kind: 'log', min, max }, Math.max(1, most - 1));
}

function linearTicks({ min, max }: Scale, most: number): number[] {
  const rough = (max - min) / Math.max(1, most);
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * decade).find((one) => one >= rough * 0.999) ?? 10 * decade;
  // From the first multiple of the step: 0 is a tick of every scale that holds it.
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first;
  return Array.from({ length: count + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
