/** The matrices that a decode step multiplies by. Apart from what is fitted to them, since pages need them without it. */

import { groupBy } from '../../../results/lists.ts';
import type { Model } from '../models/model.ts';
import { isMultiplied, tensorsOf } from '../models/tensors.ts';

/** A matrix that a step multiplies by. */
export interface MatrixUse {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Number of uses in a step, over all layers. */
  readonly count: number;
}

/**
 * The matrices that one token is multiplied by in a step; those with the same name and size are one entry. The picked
 * experts of a layer count as one matrix, since they are one dispatch.
 */
export function matrixUses(model: Model): MatrixUse[] {
  const matrices = tensorsOf(model)
    .filter(isMultiplied)
    .map(({ name, rows, columns, count, reads }) => ({
      ...{ name, columns },
      rows: rows * (typeof reads === 'object' ? reads.picked : count),
    }));
  return [...groupBy(matrices, (m) => JSON.stringify(m)).values()].flatMap((alike) =>
    alike.slice(0, 1).map((one) => ({ ...one, count: alike.length })),
  );
}

/** The number of a step's dispatches that multiply by weights. Attention, norms and the rest come on top. */
export const dispatchesOf = (model: Model): number => tensorsOf(model).filter(isMultiplied).length;
