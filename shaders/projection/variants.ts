/** The variants of a projection: how its products are multiplied and added up. */

import { type Arithmetic, hasArithmetic } from '../formats/format.ts';
import { formatById } from '../formats/index.ts';
import type { Variant } from '../kernel.ts';
import { type Form, isBiased } from './form.ts';
import type { StreamParams } from './stream.ts';

const ARITHMETIC: Readonly<Record<string, Arithmetic>> = { 'dot-i8': 'i8' };

/** The arithmetic of a variant's products. Sums are f32 in all of them. */
export const arithmeticOf = (variant: string): Arithmetic => ARITHMETIC[variant] ?? 'f32';

/**
 * The variants of a kernel whose parameters name the format of its weights. Biased forms have those that decode steps
 * run: only decode steps use them.
 */
export function projectionVariants<
  P extends { readonly format: string; readonly form: Form } & StreamParams,
>(): Readonly<Record<string, Variant<P>>> {
  const exists = (arithmetic: Arithmetic) => (p: P) =>
    p.reads === undefined &&
    p.writes === undefined &&
    (!isBiased(p.form) || arithmetic === 'i8') &&
    hasArithmetic(formatById(p.format), arithmetic);
  return {
    portable: { requires: [] },
    subgroups: { requires: ['subgroups'], exists: exists('f32'), thorough: true },
    'dot-i8': { requires: ['packed_4x8_integer_dot_product'], exists: exists('i8'), thorough: true },
  };
}
