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
  f32: { f32: { amd: [0.5, 0.31], intel: [0.55, 0.35] } },
  f16: { f32: { amd: [0.88, 0.66], intel: [1.68, 0.8] } },
  bf16: { f32: { amd: [1.36, 0.61], intel: [1.33, 0.65] } },
  int8: {
    f32: { amd: [4.66, 1.27], intel: [4.93, 2.25] },
    i8: { amd: [0.71, 0.37], intel: [0.64, 0.2] },
  },
  'int4-g32': {
    f32: { amd: [7.39, 2.6], intel: [9.74, 3.71] },
    i8: { amd: [1.92, 1.1, 1.83], intel: [1.5, 1.32, 1.8] },
  },
  'int4-g128': {
    f32: { amd: [7.18, 2.38], intel: [9.22, 3.87] },
    i8: { amd: [1.9, 0.94, 1.86], intel: [1.88, 0.43, 1.82] },
  },
  mxfp4: {
    f32: { amd: [8.69, 2.45], intel: [12.71, 3.22] },
    i8: { amd: [7.37, 0.91], intel: [7.68, 0.52] },
  },
  nvfp4: {
    f32: { amd: [9.26, 2.49], intel: [12.77, 4.66] },
    i8: { amd: [7.99, 1.03], intel: [8.67, 1.38] },
  },
  fp8: { f32: { amd: [7.43, 1.21], intel: [9.09, 2.11] } },
  ternary: {
    f32: { amd: [13.76, 5.21], intel: [17.63, 5.52] },
    i8: { amd: [3.47, 2.28, 3.34], intel: [3.18, 1.91, 3.06] },
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

/**
 * By the number of matrices, then by the tokens of a thread. Default: nothing is spilled. A row less at a time would spill nothing
 * for one token, and takes 1.2 to 1.7 times as long on lavapipe and SwiftShader.
 */
const SPILLING: Readonly<Record<'floats' | 'bytes', Readonly<Record<number, Readonly<Record<number, Spilling>>>>>> = {
  floats: {
    1: { 2: { spills: 16, factor: 1 }, 4: { spills: 39, factor: 1 } },
    2: { 1: { spills: 38, factor: 1.26 }, 2: { spills: 57, factor: 1.33 }, 4: { spills: 39, factor: 1.31 } },
  },
  bytes: {
    1: { 4: { spills: 24, factor: 1 } },
    2: { 1: { spills: 20, factor: 1.35 }, 2: { spills: 39, factor: 1.37 } },
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
    intel: {
      instructionsPerByte: perByte('intel', factor),
      loadsInFlight: MATRICES === 2 || TOKENS === 4 ? 1 : loads / 2,
      spills,
    },
  };
}
