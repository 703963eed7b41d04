/** A case in words: what ran, in which shape. Says what the parameters say, whichever kernel they belong to. */

import { bytesText, integerText } from '../../../../results/figures.ts';
import type { Case } from '../../../../results/schema.ts';

/** Shown in a column of its own. */
const FORMAT = 'format';

export function formatText({ params }: Case): string {
  return FORMAT in params ? String(params[FORMAT]) : '';
}

/** `4,096 × 2,048`, or every size by its name; bytes, as names that end in them say, in the unit that suits them. */
export function shapeText({ params }: Case): string {
  const { rows, columns } = params;
  if (typeof rows === 'number' && typeof columns === 'number') {
    return `${integerText(rows)}\u00a0×\u00a0${integerText(columns)}`;
  }
  return Object.entries(params)
    .filter(([name]) => name !== FORMAT)
    .map(([name, value]) => sizeText(name, value))
    .join(', ');
}

function sizeText(name: string, value: number | string): string {
  if (typeof value === 'string') return `${name} ${value}`;
  if (!BYTES.test(name)) return `${integerText(value)} ${name}`;
  const of = name.replace(BYTES, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${of} ${bytesText(value)}`.trim();
}

const BYTES = /bytes$/i;
