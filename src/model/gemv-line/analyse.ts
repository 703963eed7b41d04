/** The analysis of a run's GEMVs that page and terminal show, computed in one place. */

import { dispatchBytes, dispatchMs, isMeasured, isPlainGemv, streamingGBps } from '../../../results/derive.ts';
import { groupBy } from '../../../results/lists.ts';
import type { ClockInfo, Measurement } from '../../../results/schema.ts';
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

export interface Analysis {
  /** The read ceiling in GB/s. */
  readonly streaming: Estimate | undefined;
  readonly series: readonly GemvSeries[];
  /** The weights-only estimate by the fastest f16 series; undefined without one. */
  readonly weightsOnly: WeightsOnlyEstimate | undefined;
}

/** The maximum of series: the engine has ten formats, each in up to five variants. */
const MAX_SERIES = 64;

/** Analyses a record, or a run so far, for `model`. */
export function analyse(run: { clock: ClockInfo; measurements: readonly Measurement[] }, model: Model): Analysis {
  const { clock } = run;
  const gemvs = run.measurements.filter(isMeasured).filter((m) => isPlainGemv(m) && m.case.params.format !== undefined);
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
  const fastest = series
    .flatMap(({ format, fit }) => (format === 'f16' && fit ? [fit] : []))
    .sort((a, b) => b.gbps.value - a.gbps.value)[0];
  return {
    streaming: streamingGBps({ clock, measurements: [...run.measurements] }),
    series,
    weightsOnly: fastest && weightsOnlyEstimate(fastest, model, 'f16'),
  };
}
