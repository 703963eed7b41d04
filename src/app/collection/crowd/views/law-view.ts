/** The law over the collection as it crosses from the worker to the page. Pure. */

import { figureOf } from '../../../../../results/text/figures.ts';
import { crowdLaw, type PartPoint } from '../../../../crowd/law.ts';
import { partKey } from '../../../../crowd/part.ts';
import type { LawView, PartFigures, Step } from '../api.ts';

/** Null: too few parts have both a read ceiling and this step, or they are too much alike. */
export function lawOf(parts: readonly PartFigures[], step: Step): LawView | null {
  const law = crowdLaw(parts.flatMap((figures) => pointOf(figures, step)));
  if (!law) return null;
  const { exponent, share, scatter, outliers, at } = law;
  const keys = new Map(parts.map(({ key, part }) => [partKey(part), key]));
  return {
    exponent: figureOf(exponent),
    share: figureOf(share),
    scatter,
    // A step of all requests makes `batch` tokens.
    tokensAtOne: (at(1) * 1e9 * step.batch) / step.bytes,
    outliers: outliers.flatMap(({ part, times, reason }) => {
      const key = keys.get(partKey(part));
      return key === undefined ? [] : [{ key, times, reason }];
    }),
  };
}

function pointOf({ part, gbps, tokens }: PartFigures, { batch, bytes }: Step): PartPoint[] {
  if (!gbps || !tokens) return [];
  return [{ part, gbps: gbps.median, stepGBps: ((tokens.median / batch) * bytes) / 1e9 }];
}
