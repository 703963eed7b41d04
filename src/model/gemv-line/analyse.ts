/** A run seen through the model: what page and terminal show of a record, computed in one place. */

import { dispatchBytes, dispatchMs, isMeasured, isPlainGemv, streamingGBps } from '../../../results/derive.ts';
import type { ClockInfo, Measurement } from '../../../results/schema.ts';
import { type Estimate, groupBy } from '../../../results/statistics.ts';
import type { Model } from '../models/model.ts';
import { type AffineFit, type FitPoint, fitAffine } from './line.ts';
import { type WeightsOnlyEstimate, weightsOnlyEstimate } from './weights-only.ts';

/** GEMVs of one token, one format and variant, over sizes. */
export interface GemvSeries {
  readonly format: string;
  readonly variant: string;
  readonly points: readonly FitPoint[];
  /** Undefined while there are fewer than three sizes. */
  readonly fit: AffineFit | undefined;
}

export interface Analysis {
  /** The read ceiling, GB/s. */
  readonly streaming: Estimate | undefined;
  readonly series: readonly GemvSeries[];
  /** By the fastest f16 series. */
  readonly weightsOnly: WeightsOnlyEstimate | undefined;
}

/** Analyses a record, or a run so far. */
export function analyse(run: { clock: ClockInfo; measurements: readonly Measurement[] }, model: Model): Analysis {
  const { clock } = run;
  const gemvs = run.measurements.filter(isMeasured).filter(isPlainGemv);
  const series = [...groupBy(gemvs, (m) => `${m.case.params.format} ${m.case.variant}`).values()].map((group) => {
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
