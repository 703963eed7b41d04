/** The code that compilers may make of projections: what it costs today. A change that makes it cheaper lowers the numbers. */

import type { Arithmetic } from '../formats/format.ts';
import type { CodeBudget, Vendor } from '../kernel.ts';
import { arithmeticOf } from './variants.ts';

/**
 * Instructions for each byte of weights: of one token (unpack and multiply), and of each further token that a thread
 * takes (multiply); and of one token where a thread takes four rows.
 */
type Cost = readonly [one: number, further: number, ofFourRows?: number];

const COSTS: Readonly<Record<string, Readonly<Partial<Record<Arithmetic, Readonly<Record<Vendor, Cost>>>>>>> = {
  f32: { f32: { amd: [0.46, 0.28], intel: [0.56, 0.3] } },
  f16: { f32: { amd: [0.86, 0.62], intel: [1.86, 0.7] } },
  bf16: { f32: { amd: [1.32, 0.58], intel: [1.4, 0.58] } },
  int8: {
    f32: { amd: [5, 1.2], intel: [5.1, 1.98] },
    i8: { amd: [1.12, 0.3], intel: [1.08, 0.08] },
  },
  'int4-g32': {
    f32: { amd: [7.7, 2.6], intel: [10.8, 2.4] },
    i8: { amd: [2.7, 0.86, 2.3], intel: [2.5, 0.98, 2.3] },
  },
  'int4-g128': {
    f32: { amd: [7.6, 2.4], intel: [9.9, 4.1] },
    i8: { amd: [2.5, 0.86, 2.3], intel: [2.3, 0.3, 2.3] },
  },
  mxfp4: {
    f32: { amd: [9.1, 2.3], intel: [13.4, 3] },
    i8: { amd: [7.8, 0.84], intel: [8.5, 0.18] },
  },
  nvfp4: {
    f32: { amd: [9.5, 2.5], intel: [13, 5] },
    i8: { amd: [8.5, 0.9], intel: [9.4, 1.24] },
  },
  fp8: { f32: { amd: [7.4, 1.18], intel: [9.1, 1.96] } },
  ternary: {
    f32: { amd: [14.2, 5], intel: [18.8, 4.5] },
    i8: { amd: [4.3, 1.76, 3.9], intel: [3.8, 1.4, 3.8] },
  },
};

/** Instructions of a thread before and behind the loop, for each token. Short rows have no loop, and show them. */
const ENDS: Readonly<Record<Vendor, number>> = { amd: 75, intel: 200 };

/** The same for what takes the place of a norm (stream.ts): adding up squares for the next projection, and of the one before. */
const STREAM_ENDS: Readonly<Record<'joined' | 'unscaled', Readonly<Record<Vendor, number>>>> = {
  joined: { amd: 45, intel: 90 },
  unscaled: { amd: 65, intel: 85 },
};

/** What registers that are too few cost on Intel's GPUs: those that are spilled, and how much longer that makes a loop. */
interface Spilling {
  readonly spills: number;
  readonly factor: number;
}

/** By the number of matrices, then by the tokens of a thread. Default: nothing is spilled. */
const SPILLING: Readonly<Record<'floats' | 'bytes', Readonly<Record<number, Readonly<Record<number, Spilling>>>>>> = {
  floats: {
    1: { 2: { spills: 15, factor: 1 }, 4: { spills: 35, factor: 1 } },
    2: { 1: { spills: 45, factor: 1.4 }, 2: { spills: 58, factor: 1.5 }, 4: { spills: 94, factor: 2.2 } },
  },
  bytes: {
    1: { 4: { spills: 22, factor: 1 } },
    2: { 1: { spills: 10, factor: 1.2 }, 2: { spills: 37, factor: 1.5 } },
  },
};

/** Returns the budgets of a projection with these constants (layout.ts). */
export function projectionBudget(
  constants: Readonly<Record<string, number>>,
  format: string,
  variant: string,
): Readonly<Record<Vendor, CodeBudget>> {
  const { TOKENS = 1, MATRICES = 1, ROWS_PER_GROUP = 1, LOADS_IN_FLIGHT = 1, STEPS = 1 } = constants;
  const { JOINED = 0, UNSCALED = 0 } = constants;
  const arithmetic = arithmeticOf(variant);
  const costs = COSTS[format]?.[arithmetic];
  if (!costs) throw new RangeError(`shaders/projection/code.ts must have the costs of ${format} in ${arithmetic}`);
  const loads = ROWS_PER_GROUP * MATRICES * LOADS_IN_FLIGHT;
  const perByte = (vendor: Vendor, factor = 1) => {
    const [ofTwoRows, further, ofFourRows = ofTwoRows] = costs[vendor];
    const one = ROWS_PER_GROUP === 4 ? ofFourRows : ofTwoRows;
    const ends = ENDS[vendor] + JOINED * STREAM_ENDS.joined[vendor] + UNSCALED * STREAM_ENDS.unscaled[vendor];
    return factor * (one + further * (TOKENS - 1)) + (ends * TOKENS) / (16 * loads * STEPS);
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
