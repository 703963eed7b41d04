/** A case as text: its parameters and tuning as cells of a table; a decode step in one line. */

import type { DecodeCase } from '../../../results/record/schema.ts';
import { bytesText, givenText } from '../../../results/text/figures.ts';
import { lengthsText } from '../../../results/text/step-text.ts';
import type { Params, Tuning } from '../../../shaders/kernel.ts';

/** Returns the parameters that are words, which are formats: `int4-g32`. */
export function formatText(params: Params): string {
  return Object.values(params)
    .filter((value) => typeof value === 'string')
    .join(' ');
}

/** Returns the parameters that are numbers, with their names: `rows 4,096, columns 4,096`. */
export function sizesText(params: Params): string {
  return Object.entries(params)
    .flatMap(([name, value]) => (typeof value === 'number' ? `${name} ${givenText(value)}` : []))
    .join(', ');
}

/** Returns all parameters: numbers with their names, words without. A part of the pool follows them. */
export function shapeText(params: Params, withinBytes?: number): string {
  const sizes = Object.entries(params).map(([name, value]) =>
    typeof value === 'number' ? `${name} ${givenText(value)}` : value,
  );
  return [...sizes, ...(withinBytes === undefined ? [] : [`within ${bytesText(withinBytes)}`])].join(', ');
}

/** Returns a decode step in one line: `smollm2-135m, f16, f16 KV, batch 1, context 256`. */
export const stepText = ({ model, weights, kv, batch, ...lengths }: DecodeCase): string =>
  `${model}, ${weights}, ${kv} KV, batch ${batch}, context ${lengthsText(lengths)}`;

/** Returns a tuning with its names: `workgroupSize 64, loadsInFlight 2`. */
export function tuningText(tuning: Tuning): string {
  return Object.entries(tuning)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Returns the part of a tuning that differs from the defaults, or `as default`. */
export function changesText(tuning: Tuning, defaults: Tuning): string {
  const changes = Object.entries(tuning).filter(([name, value]) => defaults[name] !== value);
  return changes.length === 0 ? 'as default' : tuningText(Object.fromEntries(changes));
}
