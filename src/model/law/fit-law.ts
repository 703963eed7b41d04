/**
 * The law of a machine, out of measured points:
 *
 *     T = a + n·t_d + b·B + ‖Σ W_f/β_f, f_w·B/F‖ + ‖KV/β_kv, f_a·B/F‖        (`theory/step-time.ts`)
 *
 * Costs are bounded to what is physical (a, t_d, b ≥ 0; β, F > 0). Far points weigh less (`robust-fit.ts`), and
 * what the points cannot tell apart is not told (`identify.ts`). The form of the law is
 * chosen by how well it predicts points that it has not seen, and its error is that on others again.
 *
 * It stops being true where its terms do, and it says nothing of sizes far from those that it was fitted to.
 */

import { mean, probit } from 'simple-statistics';
import {
  type Estimate,
  estimate,
  type RandomSource,
  REPLICATES,
  randomSource,
  shuffled,
  studentT,
} from '../../../results/statistics.ts';
import { LAW_FORMS, type LawForm } from './form.ts';
import { type Identified, identify } from './identify.ts';
import { leastSquaresNonNegative } from './least-squares.ts';
import type { LawPoint, LawWork } from './point.ts';
import { descend, nearest, scatter, type TimeAndSlopes } from './robust-fit.ts';
import { type Row, rowOf, type TermId, termsOf, timeOf } from './terms.ts';

/** No law is true to better than this, and no point decides one by being known better. */
export const MIN_ERROR = 0.01;

/** Points that are held out, as a share. */
const HELD_OUT = 0.3;

/** Times that those that are not are split again, to choose the form of the law. */
const SPLITS = 10;

/** A less simple form must predict better by this factor, … */
const BETTER = 0.9;
/** … and by this much. */
const NOTICEABLE = MIN_ERROR / 10;

export interface LawTerm {
  readonly id: TermId;
  /** a, t_d and b in ms, β in GB/s, F in Tflop/s; null where it is not identified. */
  readonly figure: Estimate | null;
  readonly unit: 'ms' | 'GB/s' | 'Tflop/s';
  /** Why there is no figure. */
  readonly unidentified: string | null;
}

export interface HeldOutPoint {
  readonly point: LawPoint;
  /** By a fit that has not seen it. */
  readonly predictedMs: number;
}

export interface LawFit {
  readonly form: LawForm;
  readonly terms: readonly LawTerm[];
  readonly points: readonly LawPoint[];
  /** Points that were held out and predicted by a fit of the rest; empty where there are too few to spare. */
  readonly heldOut: readonly HeldOutPoint[];
  /** Their mean absolute error, relative; null where none was held out. */
  readonly heldOutMape: number | null;
  /** Of all points, each predicted by the fit that has seen them: how far they lie from the law at the most, relative. */
  readonly worstResidual: number;
  /** Of the variance of the points' times about their mean, the part that the law explains. */
  readonly explained: number;
  /** T of `work`, in ms, with the interval that follows from those of the terms. */
  predictMs(work: LawWork): Estimate;
  /** A term's cost to its unit (ms, ms/GB, ms/Gflop): the fit's, and its replicates. 0 for terms that it does not have. */
  costOf(id: TermId): Estimate;
}

export interface ComparedForm {
  readonly form: LawForm;
  /** Of points that it was not fitted to, none of which is among `heldOut`; null where there are too few. */
  readonly mape: number | null;
}

export interface Law extends LawFit {
  /** What the form was chosen among. */
  readonly compared: readonly ComparedForm[];
}

/** The fewest points of a law: with less, any form lies on them. */
export const MIN_POINTS = 3;

/**
 * The law of `points`, in the form of `forms` that predicts best.
 * @returns undefined for fewer points than `MIN_POINTS`.
 */
export function fitLaw(points: readonly LawPoint[], seed = 1, forms = LAW_FORMS): Law | undefined {
  const usable = points.filter(isTimed);
  if (usable.length < MIN_POINTS) return undefined;
  const compared = compare(usable, seed, forms);
  const law = fitForm(usable, chosen(compared), seed);
  return law && { ...law, compared };
}

/** Points that are held out and predicted by the law of the rest, as in `fitLaw`, and nothing else of it. */
export function predictHeldOut(points: readonly LawPoint[], seed = 1, forms = LAW_FORMS): HeldOutPoint[] {
  const usable = points.filter(isTimed);
  return usable.length < MIN_POINTS ? [] : heldOutOf(usable, chosen(compare(usable, seed, forms)), seed);
}

const isTimed = ({ ms }: LawPoint): boolean => ms.value > 0 && Number.isFinite(ms.value);

/** Each form by its error among the points that are not held out. */
function compare(points: readonly LawPoint[], seed: number, forms: readonly LawForm[]): ComparedForm[] {
  const { seen } = holdOut(points, randomSource(seed));
  const random = randomSource(seed + 2);
  const splits = Array.from({ length: SPLITS }, () => holdOut(seen, random));
  return applicable(points, forms).map((form) => ({ form, mape: crossValidated(splits, form) }));
}

function heldOutOf(points: readonly LawPoint[], form: LawForm, seed: number): HeldOutPoint[] {
  const { seen, unseen } = holdOut(points, randomSource(seed));
  return predicted(seen, unseen, form);
}

/** `unseen` by a fit of `seen`. */
function predicted(seen: readonly LawPoint[], unseen: readonly LawPoint[], form: LawForm): HeldOutPoint[] {
  if (unseen.length === 0) return [];
  const fit = solved(seen, form);
  return unseen.map((point) => ({ point, predictedMs: fit.ms(point) }));
}

/**
 * The law of `points` in one form. The same seed holds out the same points, whatever the form.
 * @returns undefined for fewer points than `MIN_POINTS`.
 */
export function fitForm(points: readonly LawPoint[], form: LawForm, seed = 1): LawFit | undefined {
  const usable = points.filter(isTimed);
  if (usable.length < MIN_POINTS) return undefined;
  const heldOut = heldOutOf(usable, form, seed);
  const whole = solved(usable, form);
  const replicates = whole.replicates(randomSource(seed + 1));
  const through = (f: (costs: readonly number[]) => number): Estimate =>
    estimate(f(whole.costs), replicates.map(f), usable.length);
  const fitted = usable.map((point) => whole.ms(point));
  const middle = mean(usable.map(({ ms }) => ms.value));
  const squares = (of: (i: number) => number) => usable.reduce((total, _, i) => total + of(i) ** 2, 0);
  const msAt = (i: number) => (usable[i] as LawPoint).ms.value;
  const costOf = (id: TermId): Estimate => {
    const i = whole.identified.terms.indexOf(id);
    return through((costs) => costs[i] ?? 0);
  };
  return {
    form,
    terms: termsOf(usable, form).map((id) => termOf(id, costOf(id), whole)),
    points: usable,
    heldOut,
    heldOutMape: heldOut.length > 0 ? mape(heldOut) : null,
    worstResidual: Math.max(...fitted.map((ms, i) => Math.abs(ms / msAt(i) - 1))),
    explained: 1 - squares((i) => msAt(i) - (fitted[i] as number)) / squares((i) => msAt(i) - middle),
    predictMs: (work) => {
      const row = rowOf(whole.identified.terms, work);
      return through((costs) => timeOf(row, costs, whole.compute, form.overlap).ms);
    },
    costOf,
  };
}

/** Mean absolute error of predictions, relative to what was measured. */
export const mape = (predictions: readonly HeldOutPoint[]): number =>
  mean(predictions.map(({ point, predictedMs }) => Math.abs(predictedMs / point.ms.value - 1)));

/** Forms that these points can have: two doors need more than one kind of bytes, compute some, an onset steps before it. */
function applicable(points: readonly LawPoint[], forms: readonly LawForm[]): readonly LawForm[] {
  const kinds = termsOf(points, { doors: 'three', overlap: null }).filter(
    (id) => identify(points, [id]).terms.length > 0,
  );
  const severalDoors = kinds.filter((id) => id.startsWith('beta')).length > 1;
  const windows = kinds.includes('beta_window') && kinds.includes('beta_whole');
  const computes = points.some(({ weightFlops, kvFlops }) => weightFlops + kvFlops > 0);
  const [alone, several] = [1, 2].map((least) => points.some(({ batch }) => Math.min(batch, 2) === least));
  return forms.filter(
    ({ doors, overlap, onset }) =>
      (doors === 'one' || (doors === 'two' ? severalDoors : windows)) &&
      (overlap === null || computes) &&
      (!onset || (alone && several)),
  );
}

/** The simplest form that no other beats noticeably; untried, the one of memory alone that assumes the least. */
function chosen(compared: readonly ComparedForm[]): LawForm {
  const [first, ...rest] = compared as [ComparedForm, ...ComparedForm[]];
  if (first.mape === null) return compared.filter(({ form }) => form.overlap === null).at(-1)?.form ?? first.form;
  let best = first;
  for (const other of rest) {
    if (other.mape === null || best.mape === null) continue;
    if (other.mape < BETTER * best.mape && other.mape < best.mape - NOTICEABLE) best = other;
  }
  return best.form;
}

/** Mean absolute error on the points that splits hold out; null where none can be spared. */
function crossValidated(splits: readonly Split[], form: LawForm): number | null {
  const predictions = splits.flatMap(({ seen, unseen }) => predicted(seen, unseen, form));
  return predictions.length > 0 ? mape(predictions) : null;
}

interface Split {
  readonly seen: readonly LawPoint[];
  readonly unseen: readonly LawPoint[];
}

/** Terms of the form by which points are held out, so that all forms are judged on the same ones. */
const WIDEST: LawForm = { doors: 'two', overlap: 1, onset: true };

/**
 * A random `HELD_OUT` of the points, and the rest. A point without which a term would be unknown stays with the rest, since
 * nothing could predict it; so do all where too few would be left.
 */
function holdOut(points: readonly LawPoint[], random: RandomSource): Split {
  const known = identify(points, termsOf(points, WIDEST)).terms.length;
  const wanted = Math.floor(HELD_OUT * points.length);
  const unseen = new Set<LawPoint>();
  for (const point of shuffled(points, random)) {
    if (unseen.size >= wanted) break;
    const rest = points.filter((other) => other !== point && !unseen.has(other));
    if (rest.length >= MIN_POINTS && identify(rest, termsOf(points, WIDEST)).terms.length === known) unseen.add(point);
  }
  return { seen: points.filter((point) => !unseen.has(point)), unseen: [...unseen] };
}

/** A fit in one form. */
interface Solved {
  readonly identified: Identified;
  /** Index of F among the terms; −1 where there is none. */
  readonly compute: number;
  readonly costs: readonly number[];
  ms(work: LawWork): number;
  /** ∂T/∂x of each point, at the costs. */
  readonly slopes: readonly (readonly number[])[];
  /** Costs that could as well have been. */
  replicates(random: RandomSource): (readonly number[])[];
}

function solved(points: readonly LawPoint[], form: LawForm): Solved {
  const { overlap } = form;
  const identified = identify(points, termsOf(points, form));
  const { terms } = identified;
  const compute = terms.indexOf('F');
  const rows = points.map((point) => rowOf(terms, point));
  const errors = points.map(errorOf);
  const measured = points.map(({ ms }) => ms.value);
  const problem = {
    points: rows.map((row) => timesOf(row, compute, overlap)),
    ...{ times: measured, errors, linear: compute < 0 || overlap === 1 },
  };
  const costs = nearest(problem, startsOf(rows, measured, compute, overlap));
  const timesAt = rows.map((row) => timeOf(row, costs, compute, overlap));
  return {
    identified,
    compute,
    costs,
    ms: (work) => timeOf(rowOf(terms, work), costs, compute, overlap).ms,
    slopes: timesAt.map(({ slopes }) => slopes),
    replicates: (random) => {
      const { scale, freedom } = scatter(
        timesAt.map(({ ms }, i) => (ms / (measured[i] as number) - 1) / (errors[i] as number)),
        terms.length,
      );
      const wide = studentT(freedom) / 1.96;
      return Array.from({ length: REPLICATES }, () => {
        const times = timesAt.map(({ ms }, i) => {
          const noise = Math.max(noiseOf(points[i] as LawPoint), scale * (errors[i] as number));
          return ms * Math.max(0.05, 1 + wide * noise * normal(random));
        });
        return descend({ ...problem, times }, costs, Number.POSITIVE_INFINITY).costs;
      });
    },
  };
}

/** T of a point by its costs. The derivatives of a linear law are the same everywhere: they are taken once. */
function timesOf(row: Row, compute: number, overlap: number | null): (costs: readonly number[]) => TimeAndSlopes {
  if (compute >= 0 && overlap !== 1) return (costs) => timeOf(row, costs, compute, overlap);
  const none = row.amounts.map(() => 0);
  const { slopes } = timeOf(row, none, compute, overlap);
  return (costs) => {
    let ms = 0;
    for (let i = 0; i < slopes.length; i++) ms += (slopes[i] as number) * (costs[i] as number);
    return { ms, slopes };
  };
}

/**
 * Costs to start from. The derivatives of a linear law are the same everywhere. Else they are compute at several parts of
 * the time of the point that computes the most for its time, and memory as if it were alone.
 */
function startsOf(rows: readonly Row[], times: readonly number[], compute: number, overlap: number | null): number[][] {
  const zero = new Array<number>(rows[0]?.amounts.length ?? 0).fill(0);
  if (compute < 0 || overlap === 1) return [zero];
  const slopes = rows.map((row) => timeOf(row, zero, compute, 1).slopes);
  const alone = leastSquaresNonNegative(
    slopes.map((row, i) => row.map((slope, k) => (k === compute ? 0 : slope / (times[i] as number)))),
    times.map(() => 1),
  );
  const most = Math.max(...slopes.map((row, i) => (row[compute] as number) / (times[i] as number)));
  return [0.1, 0.5, 1].map((part) => alone.map((cost, i) => (i === compute ? part / most : cost)));
}

/** Noise of a point, relative: a standard error. */
const noiseOf = ({ ms: { value, ci95 } }: LawPoint): number => (ci95 ? (ci95[1] - ci95[0]) / (2 * 1.96 * value) : 0);

/** How far a point may lie from a law that is true of it. */
const errorOf = (point: LawPoint): number => Math.hypot(noiseOf(point), MIN_ERROR);

/** A draw from the standard normal. */
const normal = (random: RandomSource): number => probit((random.below(DRAWS) + 0.5) / DRAWS);
const DRAWS = 2 ** 20;

/**
 * A term as it is reported: 1/x where it is a rate. A rate that may as well be infinite is not known, but for what it
 * is at the least.
 */
function termOf(id: TermId, cost: Estimate, { identified, slopes }: Solved): LawTerm {
  const isRate = id === 'F' || id.startsWith('beta');
  const unit = id === 'F' ? 'Tflop/s' : isRate ? 'GB/s' : 'ms';
  const without = (unidentified: string): LawTerm => ({ id, figure: null, unit, unidentified });
  const reason = identified.unidentified.get(id);
  if (reason !== undefined) return without(reason);
  if (!isRate) return { id, figure: cost, unit, unidentified: null };
  const at = identified.terms.indexOf(id);
  const scale = id === 'F' ? 1 : 1000;
  const rate = (x: number) => (x > 0 ? scale / x : Number.POSITIVE_INFINITY);
  const figure = estimate(rate(cost.value), cost.replicates.map(rate), cost.units);
  const [least, most] = figure.ci95 ?? [0, Number.POSITIVE_INFINITY];
  if (slopes.every((row) => row[at] === 0)) return without('it takes no time that shows in any point');
  if (most === Number.POSITIVE_INFINITY) {
    return without(`the points do as well without it: it is at least ${least.toPrecision(3)} ${unit}`);
  }
  return { id, figure, unit, unidentified: null };
}
