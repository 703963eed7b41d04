/** A record as `hbmark run` prints it: as text, and as one JSON document. */

import { type Caches, cachesOf, type StreamOf, streamOf } from '../../../results/caches.ts';
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
} from '../../../results/derive.ts';
import {
  bytesText,
  type Figure,
  figureOf,
  figureText,
  integerText,
  msText,
  significant,
} from '../../../results/figures.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import type { Label } from '../../../results/labels/label.ts';
import { isSoftware } from '../../../results/machine/identity.ts';
import type { AdapterInfo, Measurement, RunRecord } from '../../../results/schema.ts';
import { type Analysis, analyse } from '../../model/gemv-line/analyse.ts';
import { lawOfRecord } from '../../model/law/of-record.ts';
import { type LawSummary, lawSummary } from '../../model/law/summary.ts';
import { NAMED_MODELS } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { cacheLines } from './cache-curve.ts';
import { type ClaimDocument, claimLines, claimsDocument } from './claims-table.ts';
import { type DecodeDocument, decodeDocument, decodeLines } from './decode-table.ts';
import { figureLine } from './figure-line.ts';
import { labelLines, machineLines } from './machine-lines.ts';
import { table } from './table.ts';

/** The document of `hbmark run --json`. Bytes are bytes, GB are 10⁹ bytes. */
export interface RunDocument {
  readonly adapter: AdapterInfo;
  readonly software: boolean;
  readonly clock: { readonly trusted: string; readonly reason: string; readonly timestampQuantumNs: number | null };
  readonly stream: {
    readonly gbps: number;
    readonly ci95: readonly [number, number] | null;
    readonly of: StreamOf;
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
  /** Whole decode steps, measured; empty if none were asked for. */
  readonly decode: readonly DecodeDocument[];
  /** The claims of the thesis, and whether they hold on this machine. */
  readonly claims: readonly ClaimDocument[];
  readonly labels: readonly Label[];
  readonly record: RunRecord;
}

/** Returns the document of a record. `models` are those whose decode is estimated from their weights alone. */
export function runDocument(record: RunRecord, models: readonly Model[]): RunDocument {
  const { trusted, reason, timestampQuantumNs } = record.clock;
  const analyses = models.map((model) => analyse(record, model));
  const { streaming, series = [] } = analyses[0] ?? {};
  const of = streamOf(record);
  const curve = cacheCurve(record);
  const found = lawOfRecord(record, [...NAMED_MODELS, ...models]);
  return {
    adapter: record.adapter,
    software: isSoftware(record.adapter),
    clock: { trusted, reason, timestampQuantumNs },
    stream: streaming && of ? { gbps: streaming.value, ci95: streaming.ci95, of } : null,
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
    decode: decodeDocument(record, found),
    claims: claimsDocument(record),
    labels: labelsOf(record),
    record,
  };
}

function cachesDocument(caches: Caches | undefined): RunDocument['caches'] {
  if (!caches) return null;
  const { levels, kneeBytes = null, end } = caches;
  return { levels: levels.map((level) => ({ ...level, gbps: figureOf(level.gbps) })), kneeBytes, end };
}

/** Returns the text of a record. `models` are those whose decode is estimated from their weights alone. */
export function runText(record: RunRecord, models: readonly Model[]): string {
  const analyses = models.map((model) => analyse(record, model));
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
    `drift    ${percent(drift.value)} slower at the end than at the beginning (95 %: ${percent(low)} – ${percent(high)}); ${integerText(outliers)} of ${integerText(samples)} samples are outliers, kept without weight`,
  ];
}

const HEADER = ['kernel', 'variant', 'shape', 'bytes', 'time', 'GB/s', '95 %', 'rounds', 'ended'];

function measurementTable({ measurements, clock }: RunRecord): string {
  return table(
    measurements
      .filter((m) => !isOfCurve(m))
      .map((m) => [m.case.kernel, m.case.variant, shapeText(m), ...measuredCells(m, clock.trusted)]),
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

function shapeText({ case: { params } }: Measurement): string {
  return Object.entries(params)
    .map(([name, value]) => (typeof value === 'number' ? `${name} ${integerText(value)}` : value))
    .join(', ');
}

/** The source of the streaming bandwidth's bytes, in words. */
const OF: Readonly<Record<StreamOf, string>> = {
  memory: ', of memory',
  'maybe-cache': ', of memory or of a cache: see the label',
};

function fitLines(record: RunRecord, { streaming, series }: Analysis): string[] {
  const lines = series.flatMap(({ format, variant, fit }) =>
    fit
      ? `fit      ${format} ${variant}: T = ${figureLine(fit.overheadMs, 'ms')} + bytes / ${figureLine(fit.gbps, 'GB/s')}, off by at most ${significant(100 * fit.worstResidual, 2)} %`
      : [],
  );
  const of = streamOf(record);
  return [`stream   ${streaming && of ? figureLine(streaming, 'GB/s') + OF[of] : 'not measured'}`, ...lines];
}

function estimateLine({ weightsOnly: w }: Analysis): string[] {
  if (!w) return [];
  return [
    `decode   ${figureLine(w.tokensPerSecond, 'tokens/s')}: weights-only bound for ${w.model.name} in ${w.format} (${bytesText(w.weightBytes)} in ${w.dispatches} dispatches; no KV cache)`,
  ];
}
