/**
 * Fits the law of a machine to measured points:
 *
 *     T = a + n·t_d + b·B + onset + ‖Σ W_f/β_f, f_w·B/F‖ + ‖KV/β_kv, f_a·B/F‖        (`theory/step-time.ts`)
 *
 * Costs are bounded to physical values (a, t_d, b ≥ 0; β, F > 0). Outliers weigh less (`robust-fit.ts`). Terms that the
 * points cannot tell apart get a reason in place of a figure (`identify.ts`). Some points are held out: they give the
 * law's error, and splits of the others choose its form.
 *
 * The law is only as true as its terms, and says nothing of sizes far from those that it was fitted to.
 */

import { mean, probit } from 'simple-statistics';
import { significant } from '../../../results/figures.ts';
import { maxOf } from '../../../results/lists.ts';
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

/** Minimum relative error of a point. No law is truer than this, so no point gets more weight by being known better. */
export const MIN_ERROR = 0.01;

/** Share of the points that are held out. */
const HELD_OUT = 0.3;

/** Number of further splits of the points that are not held out, to choose the form. */
const SPLITS = 10;

/** The points of all splits together, from which fewer splits tell forms apart as well as `SPLITS` of few points. */
const SPLIT_POINTS = 400;

const splitsOf = (points: number): number => Math.min(SPLITS, Math.max(2, Math.round(SPLIT_POINTS / points)));

/** A less simple form is chosen only if its error is below this share of the simpler one's. */
const BETTER = 0.9;
/** A less simple form is chosen only if its error is smaller by at least this much. */
const NOTICEABLE = MIN_ERROR / 10;

export interface LawTerm {
  readonly id: TermId;
  /** The cost in `unit`: a, t_d and b in ms, β in GB/s, F in Tflop/s. Null where it is not identified. */
  readonly figure: Estimate | null;
  readonly unit: 'ms' | 'GB/s' | 'Tflop/s';
  /** Why there is no figure; null where there is one. */
  readonly unidentified: string | null;
}

export interface HeldOutPoint {
  readonly point: LawPoint;
  /** Time predicted by a fit that has not seen the point. */
  readonly predictedMs: number;
}

/** Points that lie farther from their law than chance brings them: the truth has another form. */
export interface LackOfFit {
  /** How far points lie from the law, over how far their noise and `MIN_ERROR` put them: root mean squares. */
  readonly ratio: number;
  /** Points beyond one for each term. */
  readonly freedom: number;
}

export interface LawFit {
  readonly form: LawForm;
  readonly terms: readonly LawTerm[];
  readonly points: readonly LawPoint[];
  /** Points that were held out, each predicted by a fit of the rest. Empty where too few can be spared. */
  readonly heldOut: readonly HeldOutPoint[];
  /** Held-out error: the mean of |predicted/measured − 1| over `heldOut`. Null where it is empty. */
  readonly heldOutMape: number | null;
  /** Maximum distance of a point from the law that was fitted to it, relative. */
  readonly worstResidual: number;
  /** Share of the variance of the points' times that the law explains. */
  readonly explained: number;
  /** Null where nothing says that the form is wrong. */
  readonly lackOfFit: LackOfFit | null;
  /** T of `work` in ms, with the interval that follows from those of the costs. */
  predictMs(work: LawWork): Estimate;
  /** The cost of a term in ms, ms/GB or ms/Gflop, with replicates. 0 for a term that the fit does not have. */
  costOf(id: TermId): Estimate;
}

export interface ComparedForm {
  readonly form: LawForm;
  /**
   * Mean absolute relative error on points that were split off, none of which is among `heldOut`. Null for too few
   * points.
   */
  readonly mape: number | null;
}

export interface Law extends LawFit {
  /** The forms among which the law's was chosen. */
  readonly compared: readonly ComparedForm[];
}

/** Minimum number of points of a law: fewer lie on any form. */
export const MIN_POINTS = 3;

/**
 * Maximum number of points of a law, whose time grows with them. Of more, so many are drawn: a law has at most eight
 * terms, and knows them no less well than its error of `MIN_ERROR`.
 */
export const MAX_POINTS = 96;

/**
 * Fits the law of `points` in the one of `forms` that predicts best.
 * @returns undefined for fewer points than `MIN_POINTS`
 */
export function fitLaw(points: readonly LawPoint[], seed = 1, forms = LAW_FORMS): Law | undefined {
  const usable = usableOf(points, seed);
  if (usable.length < MIN_POINTS) return undefined;
  const compared = compare(usable, seed, forms);
  const law = fitForm(usable, chosen(compared), seed);
  return law && { ...law, compared };
}

/** The held-out points of `fitLaw` with their predictions, without fitting the law of all points. */
export function predictHeldOut(points: readonly LawPoint[], seed = 1, forms = LAW_FORMS): HeldOutPoint[] {
  const usable = usableOf(points, seed);
  return usable.length < MIN_POINTS ? [] : heldOutOf(usable, chosen(compare(usable, seed, forms)), seed);
}

/** The points with a time, at most `MAX_POINTS`, in their order. */
function usableOf(points: readonly LawPoint[], seed: number): LawPoint[] {
  const timed = points.filter(isTimed);
  if (timed.length <= MAX_POINTS) return timed;
  const drawn = new Set(shuffled(timed, randomSource(seed)).slice(0, MAX_POINTS));
  return timed.filter((point) => drawn.has(point));
}

const isTimed = ({ ms }: LawPoint): boolean => ms.value > 0 && Number.isFinite(ms.value);

/** Each form with its error, from splits of the points that are not held out. */
function compare(points: readonly LawPoint[], seed: number, forms: readonly LawForm[]): ComparedForm[] {
  const { seen } = holdOut(points, randomSource(seed));
  const random = randomSource(seed + 2);
  const splits = Array.from({ length: splitsOf(seen.length) }, () => holdOut(seen, random));
  return applicable(points, forms).map((form) => ({ form, mape: crossValidated(splits, form) }));
}

function heldOutOf(points: readonly LawPoint[], form: LawForm, seed: number): HeldOutPoint[] {
  const { seen, unseen } = holdOut(points, randomSource(seed));
  return predicted(seen, unseen, form);
}

/** Predicts the points of `unseen` by a fit of `seen`. */
function predicted(seen: readonly LawPoint[], unseen: readonly LawPoint[], form: LawForm): HeldOutPoint[] {
  if (unseen.length === 0) return [];
  const fit = solved(seen, form);
  return unseen.map((point) => ({ point, predictedMs: fit.ms(point) }));
}

/**
 * Fits the law of `points` in one form. A seed holds out the same points for every form.
 * @returns undefined for fewer points than `MIN_POINTS`
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
    worstResidual: maxOf(fitted.map((ms, i) => Math.abs(ms / msAt(i) - 1))),
    lackOfFit: lackOfFit(
      fitted.map((ms, i) => (ms / msAt(i) - 1) / errorOf(usable[i] as LawPoint)),
      whole.identified.terms.length,
    ),
    explained: 1 - squares((i) => msAt(i) - (fitted[i] as number)) / squares((i) => msAt(i) - middle),
    predictMs: (work) => {
      const row = rowOf(whole.identified.terms, work);
      return through((costs) => timeOf(row, costs, whole.compute, form.overlap).ms);
    },
    costOf,
  };
}

/** More deviations than this count as so many: a stall is no lack of fit. */
const FAR = 3;

/** The standard normal's point that one in a thousand exceeds. */
const RARE = 3.09;

/**
 * Tests the squares of deviations against χ², whose quantile is that of E. Wilson and M. Hilferty (PNAS 17, 1931).
 * @param off of points from a law with so many terms, in their standard errors
 */
function lackOfFit(off: readonly number[], terms: number): LackOfFit | null {
  const freedom = off.length - terms;
  if (freedom < 1) return null;
  const squares = off.reduce((total, one) => total + Math.min(FAR, Math.abs(one)) ** 2, 0);
  const spread = 2 / (9 * freedom);
  const rare = freedom * (1 - spread + RARE * Math.sqrt(spread)) ** 3;
  const whole = off.reduce((total, one) => total + one ** 2, 0);
  return squares > rare ? { ratio: Math.sqrt(whole / freedom), freedom } : null;
}

/** The mean absolute error of predictions, relative to the measured times. */
export const mape = (predictions: readonly HeldOutPoint[]): number =>
  mean(predictions.map(({ point, predictedMs }) => Math.abs(predictedMs / point.ms.value - 1)));

/**
 * The forms that these points can have. Several doors need several kinds of bytes, compute needs operations, and an
 * onset needs steps of one sequence and of several.
 */
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

/**
 * The simplest form that no other beats noticeably. If there were too few points to compare, it is the last form
 * without compute, which has the most doors.
 */
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

/** The mean absolute relative error on the points that splits hold out; null where none can be spared. */
function crossValidated(splits: readonly Split[], form: LawForm): number | null {
  const predictions = splits.flatMap(({ seen, unseen }) => predicted(seen, unseen, form));
  return predictions.length > 0 ? mape(predictions) : null;
}

interface Split {
  readonly seen: readonly LawPoint[];
  readonly unseen: readonly LawPoint[];
}

/** The form whose terms decide which points may be held out, so that all forms are judged on the same points. */
const WIDEST: LawForm = { doors: 'two', overlap: 1, onset: true };

/**
 * Holds out a random share `HELD_OUT` of the points. A point stays if without it a term would no longer be identified,
 * or too few points would be left.
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

/** The fit of one form. */
interface Solved {
  readonly identified: Identified;
  /** Index of F among the terms; −1 without compute. */
  readonly compute: number;
  readonly costs: readonly number[];
  ms(work: LawWork): number;
  /** ∂T/∂x of each point at `costs`, by term. */
  readonly slopes: readonly (readonly number[])[];
  /** Draws of costs that the points allow as well. */
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

/**
 * T of a point as a function of the costs. The derivatives of a linear law do not depend on them and are taken once.
 */
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
 * Costs to start a fit from. A linear law has one start, since its derivatives do not depend on the costs. Otherwise
 * memory starts as if it were alone, and compute at several shares of the time of the most compute-heavy point.
 */
function startsOf(rows: readonly Row[], times: readonly number[], compute: number, overlap: number | null): number[][] {
  const zero = new Array<number>(rows[0]?.amounts.length ?? 0).fill(0);
  if (compute < 0 || overlap === 1) return [zero];
  const slopes = rows.map((row) => timeOf(row, zero, compute, 1).slopes);
  const alone = leastSquaresNonNegative(
    slopes.map((row, i) => row.map((slope, k) => (k === compute ? 0 : slope / (times[i] as number)))),
    times.map(() => 1),
  );
  const maxCost = maxOf(slopes.map((row, i) => (row[compute] as number) / (times[i] as number)));
  return [0.1, 0.5, 1].map((part) => alone.map((cost, i) => (i === compute ? part / maxCost : cost)));
}

/** The noise of a point: the relative standard error of its time. */
const noiseOf = ({ ms: { value, ci95 } }: LawPoint): number => (ci95 ? (ci95[1] - ci95[0]) / (2 * 1.96 * value) : 0);

/** The relative standard error of a point about a true law: its noise, and what the law leaves out. */
const errorOf = (point: LawPoint): number => Math.hypot(noiseOf(point), MIN_ERROR);

/** A draw from the standard normal distribution. */
const normal = (random: RandomSource): number => probit((random.below(DRAWS) + 0.5) / DRAWS);
const DRAWS = 2 ** 20;

/**
 * A term as it is reported: the cost x, or 1/x for a rate. A rate whose interval reaches infinity is not identified,
 * and its reason gives the minimum.
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
  const [low, high] = figure.ci95 ?? [0, Number.POSITIVE_INFINITY];
  if (slopes.every((row) => row[at] === 0)) return without('it takes no time that shows in any point');
  if (high === Number.POSITIVE_INFINITY) {
    return without(`the points fit as well without it: it is at least ${significant(low)} ${unit}`);
  }
  return { id, figure, unit, unidentified: null };
}
