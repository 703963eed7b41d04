/**
 * What the page shows of a run's measurements, as plain data. Functions and bootstrap replicates are left out: they
 * cannot, or need not, cross from the analyst's worker to the page.
 */

import { PROFILES } from '../../../harness/profiles.ts';
import { type Caches, cachesOf, type Level } from '../../../results/derived/caches.ts';
import { headlineStep, isTimedStep, stepFigures } from '../../../results/derived/decode.ts';
import { bandwidthGBps, cacheCurve, dispatchMs, isMeasured, roundsOf } from '../../../results/derived/derive.ts';
import { coldFrom, figuresOf, type HeadlineFigures, headlineOf } from '../../../results/derived/headline.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import type { Label, Reader } from '../../../results/labels/label.ts';
import { maxOf, minOf } from '../../../results/lists.ts';
import type {
  ClockInfo,
  ClockKind,
  DecodeMeasurement,
  Measurement,
  RunRecord,
} from '../../../results/record/schema.ts';
import { type Figure, figureOf } from '../../../results/text/figures.ts';
import { logSpaced } from '../../model/claims/chart.ts';
import type { Claim, Judgement, Statistic } from '../../model/claims/claim.ts';
import { CLAIMS, judgeClaims } from '../../model/claims/index.ts';
import { analyse, type GemvSeries } from '../../model/gemv-line/analyse.ts';
import type { AffineFit } from '../../model/gemv-line/line.ts';
import type { WeightsOnlyEstimate } from '../../model/gemv-line/weights-only.ts';
import type { Model } from '../../model/models/model.ts';
import { BUILD, saysBuild } from '../../session/own-build.ts';
import { type ExplainedView, explainedViews } from './explained-view.ts';

export interface RowFigures {
  readonly gbps: Figure | undefined;
  readonly ms: Figure | undefined;
  readonly rounds: number;
  readonly samples: number;
}

/** The figures of a decode step, in which every sequence makes one token. */
export interface StepView {
  readonly stepMs: Figure;
  /** Tokens/s of one sequence. */
  readonly perUser: Figure;
  /** Tokens/s of all sequences. */
  readonly tokensPerSecond: Figure;
  readonly gbps: Figure;
}

/** A number that a claim rests on, with what it must be. */
export interface StatisticView {
  /** A sentence with `?` for the number. */
  readonly what: string;
  readonly shownAs: Statistic['shownAs'];
  readonly verdict: Judgement['verdict'];
  /** Null: something is missing for it. */
  readonly figure: Figure | null;
  /** Null: there is no such end. */
  readonly min: number | null;
  readonly max: number | null;
}

/** The verdict on a claim, and its chart as data: it is drawn once a person opens it. */
export interface ClaimView extends Pick<Judgement, 'id' | 'statement' | 'verdict' | 'reason' | 'chart'> {
  readonly statistics: readonly StatisticView[];
}

export interface PointView {
  readonly bytes: number;
  readonly ms: Figure;
}

export interface FitView {
  readonly overheadMs: Figure;
  readonly gbps: Figure;
  readonly worstResidual: number;
  /** The fitted line and its band, at bytes that grow by a constant factor. */
  readonly line: readonly PointView[];
}

export interface SeriesView {
  readonly format: string;
  readonly variant: string;
  readonly points: readonly PointView[];
  readonly fit: FitView | undefined;
}

export interface DecodeView {
  readonly modelId: string;
  readonly format: string;
  readonly weightBytes: number;
  readonly dispatches: number;
  readonly stepMs: Figure;
  readonly tokensPerSecond: Figure;
}

export interface CachePointView {
  readonly workingSetBytes: number;
  readonly gbps: Figure;
}

/** `Caches` without replicates. */
export interface CachesView extends Omit<Caches, 'levels'> {
  readonly levels: readonly (Omit<Level, 'gbps'> & { readonly gbps: Figure })[];
}

export interface RunView {
  readonly headline: HeadlineFigures | undefined;
  /** The cache curve, ascending by working set. Empty: there is no sweep over working sets. */
  readonly cacheCurve: readonly CachePointView[];
  readonly caches: CachesView | undefined;
  /** The minimum rotation of a figure of memory, in bytes. */
  readonly coldFromBytes: number;
  readonly decode: DecodeView | undefined;
  readonly series: readonly SeriesView[];
  /** Figures of the measurements, indexed like them. Undefined: there is no time to show. */
  readonly rows: readonly (RowFigures | undefined)[];
  /** Figures of the decode steps, indexed like them. Undefined: there is no time to show. */
  readonly steps: readonly (StepView | undefined)[];
  /** The steps that are explained: where their time goes. */
  readonly explained: readonly ExplainedView[];
  /** The record's labels. Undefined: there is no record yet. */
  readonly labels: readonly Label[] | undefined;
  /**
   * The verdicts on the thesis's claims. A record of a profile that measures for them has all of them; any other run
   * has those that it decides.
   */
  readonly claims: readonly ClaimView[];
}

/** The page as the reader of records. It shows only what this browser has run, so what a record says of its build holds. */
export const READER: Reader = { isOwn: saysBuild(BUILD) };

/** A run so far. `undefined` stands for a case that has not been reached. */
export interface RunSoFar {
  readonly clock: ClockInfo;
  readonly measurements: readonly (Measurement | undefined)[];
  readonly decode: readonly (DecodeMeasurement | undefined)[];
  /** The run's record. Undefined: the run has not ended. */
  readonly record?: RunRecord | undefined;
}

/** What the first sentences of a result need, in a fraction of the time that the whole view takes. */
export function answerOf(
  { clock, measurements, decode = [] }: RunRecord,
  model: Model,
): Pick<RunView, 'headline' | 'decode' | 'steps'> {
  const run = { clock, measurements };
  const headline = headlineOf(run);
  const steps = decode.map((m) => stepView(m, clock.trusted));
  // A step that was timed speaks for the run, and no computed one.
  const { weightsOnly } = headlineStep(decode, (_, i) => steps[i]) ? {} : analyse(run, model);
  return { headline: headline && figuresOf(headline), decode: weightsOnly && decodeView(weightsOnly), steps };
}

export function viewOf({ clock, measurements, decode, record }: RunSoFar, model: Model): RunView {
  const present = measurements.filter((m) => m !== undefined);
  const run = { clock, measurements: present };
  const { series, weightsOnly } = analyse(run, model);
  const headline = headlineOf(run);
  const curve = cacheCurve(run);
  const caches = cachesOf(curve);
  return {
    headline: headline && figuresOf(headline),
    cacheCurve: curve.map((point) => ({ ...point, gbps: figureOf(point.gbps) })),
    caches: caches && { ...caches, levels: caches.levels.map((level) => ({ ...level, gbps: figureOf(level.gbps) })) },
    coldFromBytes: coldFrom(run),
    decode: weightsOnly && decodeView(weightsOnly),
    series: series.map(seriesView),
    rows: measurements.map((m) => m && rowFigures(m, clock.trusted)),
    steps: decode.map((m) => m && stepView(m, clock.trusted)),
    explained: explainedViews(decode, run),
    labels: record && labelsOf(record, READER),
    claims: areKernelsDone({ decode, record })
      ? claimsOf({ ...run, decode: decode.filter((m) => m !== undefined) }, record)
      : [],
  };
}

/** Figures of measurements that were seen before. A measurement that grows is replaced, never changed. */
const seen = new WeakMap<Measurement, RowFigures>();

function rowFigures(m: Measurement, clock: ClockKind): RowFigures | undefined {
  if (!isMeasured(m)) return undefined;
  const known = seen.get(m);
  if (known) return known;
  const [gbps, ms] = [bandwidthGBps(m, clock), dispatchMs(m.samples, clock)];
  const figures: RowFigures = {
    gbps: gbps && figureOf(gbps),
    ms: ms && figureOf(ms),
    rounds: roundsOf(m.samples),
    samples: m.samples.length,
  };
  seen.set(m, figures);
  return figures;
}

/**
 * Returns whether all kernels are measured, as they are before the first decode step. Until then the read ceiling and
 * the caches may still change, and with them the verdicts on claims.
 */
export const areKernelsDone = ({ decode, record }: Pick<RunSoFar, 'decode' | 'record'>): boolean =>
  record !== undefined || decode.some((m) => m !== undefined);

function claimsOf(run: Parameters<typeof judgeClaims>[0], record: RunRecord | undefined): ClaimView[] {
  const all = judgeClaims(run).map(({ id, statement, verdict, reason, chart, statistics }) => ({
    ...{ id, statement, verdict, reason, chart },
    statistics: statistics.flatMap((one, i) =>
      statisticView(
        one,
        CLAIMS.find((claim) => claim.id === id),
        i,
      ),
    ),
  }));
  const isTested = record && PROFILES[record.profile].experiments;
  return isTested ? all : all.filter(({ verdict }) => verdict !== 'undecided');
}

function statisticView(
  { what, verdict, figure }: Judgement['statistics'][number],
  claim: Claim | undefined,
  i: number,
): StatisticView[] {
  const asked = claim?.statistics[i];
  if (!asked) return [];
  const { shownAs, threshold } = asked;
  return [{ what, shownAs, verdict, figure, min: threshold.min ?? null, max: threshold.max ?? null }];
}

function stepView(m: DecodeMeasurement, clock: ClockKind): StepView | undefined {
  const figures = isTimedStep(m) ? stepFigures(m, clock) : undefined;
  return (
    figures && {
      stepMs: figureOf(figures.stepMs),
      perUser: figureOf(figures.perUser),
      tokensPerSecond: figureOf(figures.tokensPerSecond),
      gbps: figureOf(figures.gbps),
    }
  );
}

function decodeView({
  model,
  format,
  weightBytes,
  dispatches,
  stepMs,
  tokensPerSecond,
}: WeightsOnlyEstimate): DecodeView {
  return {
    modelId: model.id,
    format,
    weightBytes,
    dispatches,
    stepMs: figureOf(stepMs),
    tokensPerSecond: figureOf(tokensPerSecond),
  };
}

function seriesView({ format, variant, points, fit }: GemvSeries): SeriesView {
  const sorted = points.map(({ bytes, ms }) => ({ bytes, ms: figureOf(ms) })).sort((a, b) => a.bytes - b.bytes);
  return { format, variant, points: sorted, fit: fit && fitView(fit) };
}

function fitView(fit: AffineFit): FitView {
  const sizes = fit.points.map((p) => p.bytes);
  const [smallest, largest] = [minOf(sizes), maxOf(sizes)];
  const line = logSpaced(smallest, largest).map((bytes) => ({ bytes, ms: figureOf(fit.predictMs(bytes)) }));
  return { overheadMs: figureOf(fit.overheadMs), gbps: figureOf(fit.gbps), worstResidual: fit.worstResidual, line };
}
