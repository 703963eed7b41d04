/** Parameters and tunings of a case as a table's cells: formats are words, sizes are numbers with their names. */

import { integerText } from '../../../results/figures.ts';
import type { Params, Tuning } from '../../../shaders/kernel.ts';

/** `int4-g32`, say: the parameters that are words. */
export function formatText(params: Params): string {
  return Object.values(params)
    .filter((value) => typeof value === 'string')
    .join(' ');
}

/** `rows 4,096, columns 4,096`, say: the parameters that are numbers. */
export function sizesText(params: Params): string {
  return Object.entries(params)
    .flatMap(([name, value]) => (typeof value === 'number' ? `${name} ${integerText(value)}` : []))
    .join(', ');
}

export function tuningText(tuning: Tuning): string {
  return Object.entries(tuning)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** What `tuning` changes, or `as default`. */
export function changesText(tuning: Tuning, defaults: Tuning): string {
  const changes = Object.entries(tuning).filter(([name, value]) => defaults[name] !== value);
  return changes.length === 0 ? 'as default' : tuningText(Object.fromEntries(changes));
}
