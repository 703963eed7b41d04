/** The code that compilers may make of projections: what it costs today. A change that makes it cheaper lowers the numbers. */

import type { Arithmetic } from '../formats/format.ts';
import type { CodeBudget, Vendor } from '../kernel.ts';
import { arithmeticOf } from './variants.ts';

/**
 * Instructions for each byte of weights: of one token (unpack and multiply), and of each further token that a thread
 * takes (multiply).
 */
type Cost = readonly [one: number, further: number];

const COSTS: Readonly<Record<string, Readonly<Partial<Record<Arithmetic, Readonly<Record<Vendor, Cost>>>>>>> = {
  f32: { f32: { amd: [0.5, 0.36], intel: [0.58, 0.4] } },
  f16: { f32: { amd: [0.9, 0.68], intel: [1.9, 0.72] }, f16: { amd: [0.98, 0.82], intel: [2.7, 1.96] } },
  bf16: { f32: { amd: [1.38, 0.76], intel: [1.42, 0.8] } },
  int8: {
    f32: { amd: [5.1, 1.4], intel: [5.5, 2.1] },
    f16: { amd: [4.1, 1.64], intel: [7.8, 4.3] },
    i8: { amd: [1, 0.4], intel: [1.1, 0.3] },
  },
  'int4-g32': {
    f32: { amd: [8, 2.6], intel: [11, 3.6] },
    f16: { amd: [7.3, 3.5], intel: [15.4, 7.4] },
    i8: { amd: [3.2, 0.68], intel: [3.5, 0.72] },
  },
  'int4-g128': {
    f32: { amd: [7.8, 2.8], intel: [10, 4.7] },
    f16: { amd: [7.3, 3.3], intel: [14.4, 7.3] },
    i8: { amd: [3.1, 0.68], intel: [3.1, 0.46] },
  },
  mxfp4: { f32: { amd: [9, 3], intel: [13.6, 3.6] }, f16: { amd: [11.2, 3.2], intel: [17.2, 8.4] } },
  nvfp4: { f32: { amd: [9.8, 2.9], intel: [13.6, 5] }, f16: { amd: [12, 3.2], intel: [18.4, 8.3] } },
  fp8: { f32: { amd: [7.6, 1.38], intel: [9.5, 2.1] }, f16: { amd: [5.8, 1.64], intel: [11.8, 4.3] } },
  ternary: {
    f32: { amd: [14.4, 5.7], intel: [19, 5.6] },
    f16: { amd: [14, 7.4], intel: [29, 15.2] },
    i8: { amd: [5.7, 1.48], intel: [5.6, 1.56] },
  },
};

/** Instructions of a thread before and behind the loop, for each token. Short rows have no loop, and show them. */
const ENDS: Readonly<Record<Vendor, number>> = { amd: 40, intel: 110 };

/** What registers that are too few cost on Intel's GPUs: those that are spilled, and how much longer that makes a loop. */
interface Spilling {
  readonly spills: number;
  readonly factor: number;
}

/** By the number of matrices, then by the tokens of a thread. Default: nothing is spilled. */
const SPILLING: Readonly<Record<'floats' | 'bytes', Readonly<Record<number, Readonly<Record<number, Spilling>>>>>> = {
  floats: {
    1: { 2: { spills: 15, factor: 1 }, 4: { spills: 35, factor: 1 } },
    2: { 1: { spills: 55, factor: 1.7 }, 2: { spills: 58, factor: 1.5 }, 4: { spills: 94, factor: 2.2 } },
  },
  bytes: { 2: { 1: { spills: 28, factor: 1.5 }, 2: { spills: 9, factor: 1.2 } } },
};

/** Returns the budgets of a projection with these constants (layout.ts). */
export function projectionBudget(
  constants: Readonly<Record<string, number>>,
  format: string,
  variant: string,
): Readonly<Record<Vendor, CodeBudget>> {
  const { TOKENS = 1, MATRICES = 1, ROWS_PER_GROUP = 1, LOADS_IN_FLIGHT = 1, STEPS = 1 } = constants;
  const arithmetic = arithmeticOf(variant);
  const costs = COSTS[format]?.[arithmetic];
  if (!costs) throw new RangeError(`shaders/projection/code.ts must have the costs of ${format} in ${arithmetic}`);
  const loads = ROWS_PER_GROUP * MATRICES * LOADS_IN_FLIGHT;
  const perByte = (vendor: Vendor, factor = 1) => {
    const [one, further] = costs[vendor];
    return factor * (one + further * (TOKENS - 1)) + (ENDS[vendor] * TOKENS) / (16 * loads * STEPS);
  };
  const { spills, factor } = SPILLING[arithmetic === 'i8' ? 'bytes' : 'floats'][MATRICES]?.[TOKENS] ?? {
    spills: 0,
    factor: 1,
  };
  return {
    amd: { instructionsPerByte: perByte('amd'), loadsInFlight: loads },
    // Its compiler puts fewer loads before the first wait, to save registers.
    intel: { instructionsPerByte: perByte('intel', factor), loadsInFlight: MATRICES === 2 ? 1 : loads / 2, spills },
  };
}
