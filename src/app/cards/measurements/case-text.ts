/** The parameters of a case in words, whichever kernel it belongs to. */

import type { Case } from '../../../../results/record/schema.ts';
import { bytesText, givenText, integerText } from '../../../../results/text/figures.ts';

/** The parameter that has a place of its own, beside the kernel's name. */
const FORMAT = 'format';

export function formatText({ params }: Case): string {
  return FORMAT in params ? String(params[FORMAT]) : '';
}

/**
 * The sides of a matrix, `4,096 × 2,048`, or every size by its name. Names that end in "bytes" get a unit: `33.6 MB`. A
 * case that rotates through a part of the pool says so: `268 MB, within 537 MB`.
 */
export function shapeText({ params, withinBytes }: Case): string {
  const { rows, columns } = params;
  if (typeof rows === 'number' && typeof columns === 'number') {
    return `${integerText(rows)}\u00a0×\u00a0${integerText(columns)}`;
  }
  const sizes = Object.entries(params)
    .filter(([name]) => name !== FORMAT)
    .map(([name, value]) => sizeText(name, value));
  return [...sizes, ...(withinBytes === undefined ? [] : [`within ${bytesText(withinBytes)}`])].join(', ');
}

function sizeText(name: string, value: number | string): string {
  if (typeof value === 'string') return `${name} ${value}`;
  if (!BYTES.test(name)) return `${givenText(value)} ${value === 1 ? name.replace(/s$/, '') : name}`;
  const of = name.replace(BYTES, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${of} ${bytesText(value)}`.trim();
}

const BYTES = /bytes$/i;
