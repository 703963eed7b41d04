/**
 * Fits the law of a machine to measured points:
 *
 *     T = a + n·t_d + b·B + onset + ‖Σ W_f/β_f, f_w·B/F‖ + ‖KV/β_kv, f_a·B/F‖        (`theory/step-time.ts`)
 *
 * Costs are bounded to physical values (a, t_d, b ≥ 0; β, F > 0). Outliers weigh less (`robust-fit.ts`). Terms that the
 * points cannot tell apart get a reason in place of a figure (`identify.ts`). Some points are held out: they give the
 * law's error, and the others choose its form (`weights.ts`). Intervals count every form for as much as the points speak
 * for it: of one form alone, they would take it for certain.
 *
 * The law is only as true as its terms, and says nothing of sizes far from those that it was fitted to.
 */

import { mean, probit } from 'simple-statistics';
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
import { significant } from '../../../results/text/figures.ts';
import { LAW_FORMS, type LawForm } from './form.ts';
import { type Identified, identify } from './identify.ts';
import { leastSquaresNonNegative } from './least-squares.ts';
import type { LawPoint, LawWork } from './point.ts';
import { descend, nearest, type TimeAndSlopes, winsorised } from './robust-fit.ts';
import { type Row, rowOf, type TermId, termsOf, timeOf } from './terms.ts';
import { simplest, weightsOf } from './weights.ts';

/** Minimum relative error of a point. No law is truer than this, so no point gets more weight by being known better. */
export const MIN_ERROR = 0.01;

/** Share of the points that are held out. */
const HELD_OUT = 0.3;

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
  /** Laws that the points allow as well, one for each replicate of a figure. */
  readonly draws: readonly LawDraw[];
}

/** A law that the points allow as well. */
export interface LawDraw {
  /** Its form, with the doors of the law that it is a draw of. */
  readonly form: LawForm;
  costOf(id: TermId): number;
}

export interface ComparedForm {
  readonly form: LawForm;
  /** Mean absolute relative error on the points that are held out. Null for too few points. */
  readonly mape: number | null;
  /** How far the points that are not held out speak for the form, among all forms: a probability. */
  readonly weight: number;
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
 * Fits the law of `points` in the simplest of `forms` that they do not speak against.
 * @returns undefined for fewer points than `MIN_POINTS`
 */
export function fitLaw(points: readonly LawPoint[], seed = 1, forms = LAW_FORMS): Law | undefined {
  const usable = usableOf(points, seed);
  if (usable.length < MIN_POINTS) return undefined;
  const tried = compare(usable, seed, forms);
  const { form } = chosen(tried);
  const law = fitForm(usable, form, seed, tried);
  return (
    law && { ...law, compared: tried.map(({ form: one, mape: error, weight }) => ({ form: one, mape: error, weight })) }
  );
}

/** The held-out points of `fitLaw` with their predictions, without fitting the law of all points. */
export function predictHeldOut(points: readonly LawPoint[], seed = 1, forms = LAW_FORMS): readonly HeldOutPoint[] {
  const usable = usableOf(points, seed);
  return usable.length < MIN_POINTS ? [] : chosen(compare(usable, seed, forms)).heldOut;
}

/** The points with a time, at most `MAX_POINTS`, in their order. */
function usableOf(points: readonly LawPoint[], seed: number): LawPoint[] {
  const timed = points.filter(isTimed);
  if (timed.length <= MAX_POINTS) return timed;
  const drawn = new Set(shuffled(timed, randomSource(seed)).slice(0, MAX_POINTS));
  return timed.filter((point) => drawn.has(point));
}

const isTimed = ({ ms }: LawPoint): boolean => ms.value > 0 && Number.isFinite(ms.value);

/** A form that was tried on the points that are not held out. */
interface TriedForm extends ComparedForm {
  readonly terms: number;
  readonly heldOut: readonly HeldOutPoint[];
}

/** Each form with its weight, and with its predictions of the points that are held out. */
function compare(points: readonly LawPoint[], seed: number, forms: readonly LawForm[]): TriedForm[] {
  const { seen, unseen } = holdOut(points, randomSource(seed));
  const fits = applicable(points, forms).map((form) => ({ form, fit: solved(seen, form) }));
  const weights = weightsOf(fits.map(({ fit }) => ({ off: fit.off, terms: fit.costs.length })));
  return fits.map(({ form, fit }, i) => {
    const heldOut = predicted(fit, unseen);
    return {
      ...{ form, terms: fit.costs.length, weight: weights[i] as number },
      ...{ heldOut, mape: heldOut.length > 0 ? mape(heldOut) : null },
    };
  });
}

/** Predicts the points of `unseen` by a fit that has not seen them. */
const predicted = (fit: Solved, unseen: readonly LawPoint[]): HeldOutPoint[] =>
  unseen.map((point) => ({ point, predictedMs: fit.ms(point) }));

/**
 * Fits the law of `points` in one form. A seed holds out the same points for every form.
 * @param forms the forms that the points allow, with their weights. Default: none but this one
 * @returns undefined for fewer points than `MIN_POINTS`
 */
export function fitForm(
  points: readonly LawPoint[],
  form: LawForm,
  seed = 1,
  forms: readonly Pick<ComparedForm, 'form' | 'weight'>[] = [],
): LawFit | undefined {
  const usable = points.filter(isTimed);
  if (usable.length < MIN_POINTS) return undefined;
  const { seen, unseen } = holdOut(usable, randomSource(seed));
  const heldOut = unseen.length > 0 ? predicted(solved(seen, form), unseen) : [];
  const whole = solved(usable, form);
  const draws = drawsOf(usable, whole, forms, randomSource(seed + 1));
  const through = (value: number, f: (draw: Draw) => number): Estimate => estimate(value, draws.map(f), usable.length);
  const fitted = usable.map((point) => whole.ms(point));
  const middle = mean(usable.map(({ ms }) => ms.value));
  const squares = (of: (i: number) => number) => usable.reduce((total, _, i) => total + of(i) ** 2, 0);
  const msAt = (i: number) => (usable[i] as LawPoint).ms.value;
  const costOf = (id: TermId): Estimate =>
    through(whole.costs[whole.identified.terms.indexOf(id)] ?? 0, (draw) => drawnCost(draw, id));
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
    predictMs: (work) => through(whole.ms(work), ({ of, costs }) => of.ms(work, costs)),
    costOf,
    draws: draws.map((draw) => ({
      form: { ...draw.of.form, doors: form.doors },
      costOf: (id) => drawnCost(draw, id),
    })),
  };
}

/** Costs that the points allow as well, in a form that they allow. */
interface Draw {
  readonly of: Solved;
  readonly costs: readonly number[];
  /** Which of several doors stands for all where the law has one. */
  readonly door: number;
}

/** Draws of costs, of each form in proportion to its weight. */
function drawsOf(
  points: readonly LawPoint[],
  whole: Solved,
  forms: readonly Pick<ComparedForm, 'form' | 'weight'>[],
  random: RandomSource,
): Draw[] {
  const others = forms.filter(({ form }) => form !== whole.form).map((one) => ({ ...one, of: undefined }));
  const left = 1 - others.reduce((sum, { weight }) => sum + weight, 0);
  // The sum is carried on, so that many forms of little weight do not round to none.
  let [sum, drawn] = [0, 0];
  const draws = [...others, { form: whole.form, weight: left, of: whole }].flatMap(({ form, weight, of }) => {
    sum += weight;
    const count = Math.round(REPLICATES * sum) - drawn;
    drawn += count;
    const fit = of ?? (count > 0 ? solved(points, form) : undefined);
    return fit ? fit.replicates(random, count).map((costs, door): Draw => ({ of: fit, costs, door })) : [];
  });
  return forms.length > 0 ? shuffled(draws, random) : draws;
}

/** The cost of a term in a draw, whose form may have other doors: one stands for all, and any of several for the one. */
function drawnCost({ of: { identified }, costs, door }: Draw, id: TermId): number {
  const { terms } = identified;
  const doors = terms.filter((term) =>
    id === 'beta' ? term.startsWith('beta') : term === 'beta' || (CACHES.includes(id) && CACHES.includes(term)),
  );
  const at = terms.indexOf(terms.includes(id) ? id : (doors[door % doors.length] ?? id));
  return costs[at] ?? 0;
}

const CACHES: readonly TermId[] = ['beta_kv', 'beta_whole', 'beta_window'];

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
  const whole = off.reduce((total, one) => total + one ** 2, 0);
  return squares > freedom * chiSquare(freedom, RARE) ? { ratio: Math.sqrt(whole / freedom), freedom } : null;
}

/** The quantile of χ² over its degrees of freedom, at a point of the standard normal. */
function chiSquare(freedom: number, z: number): number {
  const spread = 2 / (9 * freedom);
  return (1 - spread + z * Math.sqrt(spread)) ** 3;
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
 * The form of the law among those that were tried. If there were too few points to weigh them, it is the last form
 * without compute, which has the most doors.
 */
const chosen = (tried: readonly TriedForm[]): TriedForm =>
  simplest(tried) ?? (tried.filter(({ form }) => form.overlap === null).at(-1) as TriedForm);

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
  readonly form: LawForm;
  readonly identified: Identified;
  readonly costs: readonly number[];
  /** T of work in ms, at these costs or at others. */
  ms(work: LawWork, costs?: readonly number[]): number;
  /** ∂T/∂x of each point at `costs`, by term. */
  readonly slopes: readonly (readonly number[])[];
  /** Relative errors of the points, in units of their standard errors. */
  readonly off: readonly number[];
  /** Draws of costs that the points allow as well. */
  replicates(random: RandomSource, count: number): (readonly number[])[];
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
  const off = timesAt.map(({ ms }, i) => (ms / (measured[i] as number) - 1) / (errors[i] as number));
  return {
    ...{ form, identified, costs, off },
    ms: (work, at = costs) => timeOf(rowOf(terms, work), at, compute, overlap).ms,
    slopes: timesAt.map(({ slopes }) => slopes),
    replicates: (random, count) => {
      const noise = noisesOf(points, off, terms.length);
      return Array.from({ length: count }, () => {
        const times = timesAt.map(({ ms }, i) => ms * Math.max(0.05, 1 + (noise[i] as number) * normal(random)));
        return descend({ ...problem, times }, costs, Number.POSITIVE_INFINITY).costs;
      });
    },
  };
}

/** The standard normal's point that one in five exceeds. */
const ONE_IN_FIVE = 0.84;

/**
 * The noise of each point, as replicates have it: the standard error of its time. Where points lie farther from the law
 * than that, by more than four in five draws of noise would, their scatter counts, widened by Student's t.
 */
function noisesOf(points: readonly LawPoint[], off: readonly number[], terms: number): number[] {
  const freedom = Math.max(1, off.length - terms);
  const claimed = points.map(noiseOf);
  const scatter = winsorised(off, terms);
  const ofClaimed = off.map((one, i) => (one * errorOf(points[i] as LawPoint)) / (claimed[i] as number));
  const explained =
    claimed.every((one) => one > 0) && winsorised(ofClaimed, terms) ** 2 <= chiSquare(freedom, ONE_IN_FIVE);
  const wide = (studentT(freedom) / 1.96) * scatter;
  return points.map((point, i) =>
    explained ? (claimed[i] as number) : Math.max(claimed[i] as number, wide * errorOf(point)),
  );
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
