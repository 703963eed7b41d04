/** A case in words: what ran, in which shape. Says what the parameters say, whichever kernel they belong to. */

import { integerText } from '../../../results/figures.ts';
import type { Case } from '../../../results/schema.ts';

/** Shown in a column of its own. */
const FORMAT = 'format';

export function formatText({ params }: Case): string {
  return FORMAT in params ? String(params[FORMAT]) : '';
}

/** `4,096 × 2,048`, or every size by its name. */
export function shapeText({ params }: Case): string {
  const { rows, columns } = params;
  if (typeof rows === 'number' && typeof columns === 'number') return `${integerText(rows)} × ${integerText(columns)}`;
  return Object.entries(params)
    .filter(([name]) => name !== FORMAT)
    .map(([name, value]) => (typeof value === 'number' ? `${integerText(value)} ${name}` : `${name} ${value}`))
    .join(', ');
}
