/** A record as `hbmark run` prints it: as text, and as one JSON document. */

import { type Caches, cachesOf } from '../../../results/derived/caches.ts';
import {
  bandwidthGBps,
  cacheCurve,
  dispatchBytes,
  dispatchMs,
  isMeasured,
  isOfCurve,
  outlierCount,
  roundsOf,
  runDrift,
} from '../../../results/derived/derive.ts';
import {
  figuresOf,
  type Headline,
  headlineOf,
  launchText,
  type StreamOf,
  shownDownTo,
} from '../../../results/derived/headline.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import type { Label } from '../../../results/labels/label.ts';
import { isSoftware } from '../../../results/machine/identity.ts';
import type { AdapterInfo, Measurement, RunRecord } from '../../../results/record/schema.ts';
import {
  bytesText,
  type Figure,
  figureOf,
  figureText,
  integerText,
  msText,
  significant,
} from '../../../results/text/figures.ts';
import { type Analysis, analyse, gemvLines } from '../../model/gemv-line/analyse.ts';
import { lawOfRecord } from '../../model/law/of-record.ts';
import { type LawSummary, lawSummary } from '../../model/law/summary.ts';
import { NAMED_MODELS } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { withoutKernels } from '../../model/models/runnable.ts';
import { READER } from '../../session/reader.ts';
import { shapeText } from './case-text.ts';
import { cacheLines } from './charts/cache-curve.ts';
import { figureLine } from './figure-line.ts';
import { labelLines, machineLines } from './machine-lines.ts';
import { type ClaimDocument, claimLines, claimsDocument } from './tables/claims-table.ts';
import { type DecodeDocument, decodeDocument, decodeLines } from './tables/decode-table.ts';
import { table } from './tables/table.ts';

/** The document of `hbmark run --json`. Bytes are bytes, GB are 10⁹ bytes. */
export interface RunDocument {
  readonly adapter: AdapterInfo;
  readonly software: boolean;
  readonly clock: { readonly trusted: string; readonly reason: string; readonly timestampQuantumNs: number | null };
  /** The read ceiling; null where nothing was read. */
  readonly stream: {
    readonly gbps: number;
    readonly ci95: readonly [number, number] | null;
    /** The systematic error: the rate that memory has at least, however much a cache helped. Null: nothing bounds it. */
    readonly downToGBps: number | null;
    readonly of: StreamOf;
    /** The launch cost of a dispatch, which `gbps` leaves out. Null: the run cannot tell it, and `gbps` has it in it. */
    readonly launchMs: Figure | null;
    /** The bytes of each size that the line goes through, ascending; empty without a line. */
    readonly sizes: readonly number[];
    /** How far the middle size lies off the line, relative. Null for fewer than three sizes. */
    readonly bend: Figure | null;
  } | null;
  /** How much longer everything took at the end of the run than at its beginning, relative. Null if unknown. */
  readonly drift: Figure | null;
  /** Bandwidth over working sets; empty for a run without a cache curve. */
  readonly cacheCurve: readonly { readonly workingSetBytes: number; readonly gbps: Figure }[];
  /** The caches that the curve shows; null without a curve. */
  readonly caches: {
    /** In order of size. `upToBytes` is null for memory. */
    readonly levels: readonly {
      readonly fromBytes: number;
      readonly upToBytes: number | null;
      readonly gbps: Figure;
    }[];
    readonly kneeBytes: number | null;
    readonly end: Caches['end'];
  } | null;
  /** The law of the run (`hbmark fit`), and the line through the matrix–vector products of each format. */
  readonly fit: LawSummary & {
    readonly products: readonly {
      readonly format: string;
      readonly variant: string;
      readonly sizes: number;
      readonly overheadMs: Figure;
      readonly gbps: Figure;
      readonly worstResidual: number;
    }[];
  };
  readonly weightsOnlyDecode: readonly {
    readonly model: string;
    readonly weights: string;
    readonly weightBytes: number;
    readonly dispatches: number;
    readonly stepMs: Figure;
    readonly tokensPerSecond: Figure;
  }[];
  /** Models of which no step is timed, and what no kernel does yet. What is estimated of them bounds their speed. */
  readonly untimed: readonly Untimed[];
  /** Whole decode steps, measured; empty if none were asked for. */
  readonly decode: readonly DecodeDocument[];
  /** The claims of the thesis, and whether they hold on this machine. */
  readonly claims: readonly ClaimDocument[];
  readonly labels: readonly Label[];
  readonly record: RunRecord;
}

interface Untimed {
  readonly model: string;
  readonly without: string;
}

const untimedOf = (models: readonly Model[]): Untimed[] =>
  models.flatMap((model) => {
    const without = withoutKernels(model);
    return without === undefined ? [] : [{ model: model.id, without }];
  });

/** Returns a line for each model of which no step is timed. A step without a part of it would not be its step. */
export const untimedLines = (models: readonly Model[]): string[] =>
  untimedOf(models).map(
    ({ model, without }) =>
      `untimed  ${model}: no step of it is timed, since no kernel does yet: ${without}. What this run says of it is a bound, not its speed; "hbmark predict" says what a step would take`,
  );

/** Returns the document of a record. `models` are those whose decode is estimated from their weights alone. */
export function runDocument(record: RunRecord, models: readonly Model[]): RunDocument {
  const { trusted, reason, timestampQuantumNs } = record.clock;
  const lines = gemvLines(record);
  const analyses = models.map((model) => analyse(record, model, lines));
  const { series = [] } = analyses[0] ?? {};
  const curve = cacheCurve(record);
  const found = lawOfRecord(record, [...NAMED_MODELS, ...models]);
  return {
    adapter: record.adapter,
    software: isSoftware(record.adapter),
    clock: { trusted, reason, timestampQuantumNs },
    stream: streamDocument(headlineOf(record)),
    drift: runDrift(record) ?? null,
    cacheCurve: curve.map(({ workingSetBytes, gbps }) => ({ workingSetBytes, gbps: figureOf(gbps) })),
    caches: cachesDocument(cachesOf(curve)),
    fit: {
      ...lawSummary(found),
      products: series.flatMap(({ format, variant, points, fit }) =>
        fit
          ? {
              ...{ format, variant, sizes: points.length, worstResidual: fit.worstResidual },
              ...{ overheadMs: figureOf(fit.overheadMs), gbps: figureOf(fit.gbps) },
            }
          : [],
      ),
    },
    weightsOnlyDecode: analyses.flatMap(({ weightsOnly: w }) =>
      w
        ? {
            model: w.model.id,
            weights: w.format,
            weightBytes: w.weightBytes,
            dispatches: w.dispatches,
            stepMs: figureOf(w.stepMs),
            tokensPerSecond: figureOf(w.tokensPerSecond),
          }
        : [],
    ),
    untimed: untimedOf(models),
    decode: decodeDocument(record, found),
    claims: claimsDocument(record),
    labels: labelsOf(record, READER),
    record,
  };
}

function streamDocument(headline: Headline | undefined): RunDocument['stream'] {
  if (!headline) return null;
  const { gbps, line, of, downToGBps } = headline;
  return {
    ...{ gbps: gbps.value, ci95: gbps.ci95, downToGBps, of },
    launchMs: line ? figureOf(line.launchMs) : null,
    sizes: line?.sizes ?? [],
    bend: line?.bend ? figureOf(line.bend) : null,
  };
}

function cachesDocument(caches: Caches | undefined): RunDocument['caches'] {
  if (!caches) return null;
  const { levels, kneeBytes = null, end } = caches;
  return { levels: levels.map((level) => ({ ...level, gbps: figureOf(level.gbps) })), kneeBytes, end };
}

/** Returns the text of a record. `models` are those whose decode is estimated from their weights alone. */
export function runText(record: RunRecord, models: readonly Model[]): string {
  const lines = gemvLines(record);
  const analyses = models.map((model) => analyse(record, model, lines));
  return [
    ...labelLines(record),
    '',
    ...about(record),
    '',
    measurementTable(record),
    ...decodeLines(record),
    ...cacheLines(record),
    '',
    ...(analyses[0] ? fitLines(record, analyses[0]) : []),
    ...analyses.flatMap(estimateLine),
    ...untimedLines(models),
    ...claimLines(record),
  ].join('\n');
}

function about(record: RunRecord): string[] {
  const { plan, profile, seed } = record;
  return [
    ...machineLines(record),
    `run      ${profile}, seed ${seed}, rotating through ${bytesText(plan.poolBytes)}`,
    ...steadiness(record),
  ];
}

/**
 * Returns how much slower the run became, and how many samples are outliers; nothing for a run without a known drift.
 */
function steadiness(record: RunRecord): string[] {
  const drift = runDrift(record);
  if (!drift) return [];
  const measured = record.measurements.filter(isMeasured);
  const samples = measured.reduce((sum, m) => sum + m.samples.length, 0);
  const outliers = measured.reduce((sum, m) => sum + outlierCount(m.samples, record.clock.trusted), 0);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const [low, high] = drift.ci95 ?? [drift.value, drift.value];
  return [
    `drift    ${percent(drift.value)} slower at the end than at the beginning (95 % within this run: ${percent(low)} – ${percent(high)}); ${integerText(outliers)} of ${integerText(samples)} samples are outliers, kept without weight`,
  ];
}

const HEADER = ['kernel', 'variant', 'shape', 'bytes', 'time', 'GB/s', '95 % within run', 'rounds', 'ended'];

function measurementTable({ measurements, clock }: RunRecord): string {
  return table(
    measurements
      .filter((m) => !isOfCurve(m))
      .map((m) => [
        m.case.kernel,
        m.case.variant,
        shapeText(m.case.params, m.case.withinBytes),
        ...measuredCells(m, clock.trusted),
      ]),
    HEADER,
  );
}

function measuredCells(m: Measurement, clock: RunRecord['clock']['trusted']): string[] {
  if (!isMeasured(m)) return ['', '', '', '', '', `${m.status}: ${m.reason}`];
  const ms = dispatchMs(m.samples, clock);
  const gbps = bandwidthGBps(m, clock);
  const rounds = roundsOf(m.samples);
  return [
    bytesText(dispatchBytes(m)),
    ms ? msText(ms.value) : '',
    gbps ? significant(gbps.value) : '',
    gbps ? (figureText(gbps, '').interval ?? '') : '',
    String(rounds),
    m.stopped,
  ];
}

/** The source of the streaming bandwidth's bytes, in words. */
const OF: Readonly<Record<StreamOf, string>> = {
  memory: ', of memory',
  'mostly-memory': ', mostly of memory',
  'maybe-cache': ', of memory or of a cache: see the label',
};

/** Returns the read ceiling, with its systematic error, and the cost of a launch. */
function streamLines(record: RunRecord): string[] {
  const headline = headlineOf(record);
  if (!headline) return ['stream   not measured'];
  const { gbps, line, of } = headline;
  const downTo = shownDownTo(figuresOf(headline));
  const error = downTo === undefined ? '' : `, down to ${significant(downTo)} if a cache helped`;
  return [
    `stream   ${figureLine(gbps, 'GB/s')}${error}${OF[of]}${line ? '' : '; the time to start a read included'}`,
    ...(line
      ? [`launch   ${launchLine(line.launchMs)} to start a read, by reads of ${line.sizes.map(bytesText).join(', ')}`]
      : []),
  ];
}

function launchLine(launchMs: Figure): string {
  const { value, interval } = launchText(launchMs);
  return `${value}${interval ? ` (95 %: ${interval})` : ''}`;
}

function fitLines(record: RunRecord, { series }: Analysis): string[] {
  const lines = series.flatMap(({ format, variant, fit }) =>
    fit
      ? `fit      ${format} ${variant}: T = ${figureLine(fit.overheadMs, 'ms')} + bytes / ${figureLine(fit.gbps, 'GB/s')}, off by at most ${significant(100 * fit.worstResidual, 2)} %`
      : [],
  );
  return [...streamLines(record), ...lines];
}

function estimateLine({ weightsOnly: w }: Analysis): string[] {
  if (!w) return [];
  return [
    `decode   ${figureLine(w.tokensPerSecond, 'tokens/s')}: weights-only bound for ${w.model.name} in ${w.format} (${bytesText(w.weightBytes)} in ${w.dispatches} dispatches; no KV cache)`,
  ];
}
