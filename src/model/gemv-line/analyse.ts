/** The analysis of a run's GEMVs that page and terminal show, computed in one place. */

import { dispatchBytes, dispatchMs, isMeasured, isPlainGemv, streamingGBps } from '../../../results/derived/derive.ts';
import { groupBy } from '../../../results/lists.ts';
import type { ClockInfo, Measurement } from '../../../results/record/schema.ts';
import type { Estimate } from '../../../results/statistics.ts';
import type { Model } from '../models/model.ts';
import { type AffineFit, type FitPoint, fitAffine } from './line.ts';
import { type WeightsOnlyEstimate, weightsOnlyEstimate } from './weights-only.ts';

/** GEMVs of one token over sizes, in one format and kernel variant. */
export interface GemvSeries {
  readonly format: string;
  readonly variant: string;
  readonly points: readonly FitPoint[];
  /** The line through the points; undefined for fewer than three sizes. */
  readonly fit: AffineFit | undefined;
}

/** What a run's GEMVs say of its machine, for any model. */
export interface GemvLines {
  /** The read ceiling in GB/s. */
  readonly streaming: Estimate | undefined;
  readonly series: readonly GemvSeries[];
}

export interface Analysis extends GemvLines {
  /** The weights-only estimate by the fastest f16 series; undefined without one. */
  readonly weightsOnly: WeightsOnlyEstimate | undefined;
}

/** The maximum of series: the engine has ten formats, each in up to five variants. */
const MAX_SERIES = 64;

interface Run {
  readonly clock: ClockInfo;
  readonly measurements: readonly Measurement[];
}

/** Fits the GEMVs of a record, or of a run so far. */
export function gemvLines({ clock, measurements }: Run): GemvLines {
  const gemvs = measurements.filter(isMeasured).filter((m) => isPlainGemv(m) && m.case.params.format !== undefined);
  const series = [...groupBy(gemvs, (m) => `${m.case.params.format} ${m.case.variant}`).values()]
    .slice(0, MAX_SERIES)
    .map((group) => {
      const points = group.flatMap((m) => {
        const ms = dispatchMs(m.samples, clock.trusted);
        return ms && ms.value > 0 ? [{ bytes: dispatchBytes(m), ms }] : [];
      });
      const { params, variant } = (group[0] as (typeof group)[number]).case;
      return { format: String(params.format), variant, points, fit: fitAffine(points) };
    });
  return { streaming: streamingGBps({ clock, measurements: [...measurements] }), series };
}

/** Analyses a record, or a run so far, for `model`. Of several models, the lines are those of one fit. */
export function analyse(run: Run, model: Model, lines = gemvLines(run)): Analysis {
  const fastest = lines.series
    .flatMap(({ format, fit }) => (format === 'f16' && fit ? [fit] : []))
    .sort((a, b) => b.gbps.value - a.gbps.value)[0];
  return { ...lines, weightsOnly: fastest && weightsOnlyEstimate(fastest, model, 'f16') };
}
