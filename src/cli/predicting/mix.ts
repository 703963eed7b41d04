/** Reads a mix of lengths: `512:0.5,8192:0.4,32768:0.1`. */

import { RANGES } from '../../model/predict/predict.ts';
import type { Mix } from '../../model/serving/lengths.ts';

/** More lengths than this are not typed. */
export const MAX_LENGTHS = 1000;

const { min, max } = RANGES.context;

/**
 * Returns the mix that a text has, in the order of its lengths. Shares are weights: they need not add up to 1.
 * @returns undefined for anything else
 */
export function mixIn(text: string): Mix | undefined {
  const parts = text.split(',');
  if (parts.length > MAX_LENGTHS) return undefined;
  const lengths = parts.map((part) => {
    const [, context, share] = /^\s*(\d{1,9})\s*:\s*(\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})\s*$/.exec(part) ?? [];
    return { context: Number(context ?? Number.NaN), share: Number(share ?? Number.NaN) };
  });
  const isEach = lengths.every(({ context, share }) => context >= min && context <= max && share > 0);
  if (!isEach || new Set(lengths.map(({ context }) => context)).size < lengths.length) return undefined;
  const whole = lengths.reduce((sum, { share }) => sum + share, 0);
  return lengths.map(({ context, share }) => ({ context, share: share / whole })).sort((a, b) => a.context - b.context);
}
