/** The code that compilers may make of projections: what it costs today. A change that makes it cheaper lowers the numbers. */

import type { Arithmetic } from '../formats/format.ts';
import type { CodeBudget, Vendor } from '../kernel.ts';
import { arithmeticOf } from './variants.ts';

/**
 * The instructions for each byte of weights, of AMD's and Intel's code; the registers that are spilled, on Intel's GPUs
 * alone (default: none); and Intel's loads in flight, where its compiler saves registers by waiting early (default: three
 * quarters of the loads that there are).
 */
type Cost = readonly [amd: number, intel: number, spills?: number, loadsInFlight?: number];

/**
 * By arithmetic and format, then by what a thread walks together: rows × matrices × tokens. docs/codegen.md says why
 * spills of two matrices, and of several tokens, are accepted.
 */
const COSTS: Readonly<Record<Arithmetic, Readonly<Record<string, Readonly<Record<string, Cost>>>>>> = {
  f32: {
    f32: {
      '2 × 1 × 1': [0.751, 0.692],
      '2 × 1 × 2': [1.01, 1.44],
      '2 × 1 × 4': [1.43, 1.83],
      '2 × 2 × 1': [0.398, 0.516],
    },
    f16: {
      '2 × 1 × 1': [1.05, 2.41],
      '2 × 1 × 2': [1.88, 3.42],
      '2 × 1 × 4': [2.77, 4.13, 8],
      '2 × 2 × 1': [0.97, 2.14, 3, 2],
      '2 × 2 × 2': [1.71, 2.37, 9, 1],
      '2 × 2 × 4': [3.17, 5.52, 39, 1],
    },
    bf16: {
      '2 × 1 × 1': [1.51, 1.67],
      '2 × 1 × 2': [2.44, 3.17],
      '2 × 1 × 4': [3.32, 3.9, 8],
      '2 × 2 × 1': [1.36, 1.36, 0, 2],
    },
    int8: {
      '2 × 1 × 1': [5.01, 5.66],
      '2 × 1 × 2': [6.85, 9.28, 5],
      '2 × 1 × 4': [8.92, 13.1, 39, 1],
      '2 × 2 × 1': [4.76, 5.41, 1],
    },
    'int4-g32': {
      '2 × 1 × 1': [7.81, 11],
      '2 × 1 × 2': [10.3, 17, 16, 2],
      '2 × 1 × 4': [16.4, 19.1, 18],
      '2 × 2 × 1': [7.93, 13.2, 16],
      '2 × 2 × 2': [10.8, 20.9, 51],
    },
    'int4-g128': {
      '2 × 1 × 1': [7.72, 10.8],
      '2 × 1 × 2': [10.4, 16.7, 15],
      '2 × 1 × 4': [15.4, 18.8, 18],
      '2 × 2 × 1': [7.43, 9.48, 6],
    },
    mxfp4: {
      '2 × 1 × 1': [9.24, 14.5],
      '2 × 1 × 2': [11.9, 19.5, 15],
      '2 × 1 × 4': [17.1, 22.2, 18],
      '2 × 2 × 1': [8.99, 17.5, 38, 1],
      '2 × 2 × 2': [12.2, 21.5, 57],
    },
    nvfp4: {
      '2 × 1 × 1': [9.8, 14.3],
      '2 × 1 × 2': [12.6, 21, 14],
      '2 × 1 × 4': [17.8, 23.4, 20],
      '2 × 2 × 1': [9.28, 15.8, 27],
    },
    fp8: {
      '2 × 1 × 1': [7.67, 9.82],
      '2 × 1 × 2': [9.6, 13.8, 7],
      '2 × 1 × 4': [11.5, 16.9, 37, 2],
      '2 × 2 × 1': [7.26, 9.7, 9],
    },
    ternary: {
      '2 × 1 × 1': [13.8, 18.8],
      '2 × 1 × 2': [20, 26.6],
      '2 × 2 × 1': [14.3, 18.2, 12],
    },
  },
  i8: {
    int8: {
      '2 × 1 × 1': [0.907, 1.37],
      '2 × 1 × 2': [1.57, 2.58],
      '2 × 1 × 4': [2.26, 2.65],
      '2 × 2 × 1': [0.806, 1.18],
    },
    'int4-g32': {
      '2 × 1 × 1': [2.27, 2.65],
      '2 × 1 × 2': [2.77, 3.1],
      '2 × 1 × 4': [5.73, 6.1, 3],
      '4 × 1 × 1': [2.28, 3.29],
      '2 × 2 × 1': [2.46, 3.52, 0, 2],
      '2 × 2 × 2': [3.32, 5.18, 12],
    },
    'int4-g128': {
      '2 × 1 × 1': [2.34, 2.78],
      '2 × 1 × 2': [2.77, 3.12],
      '2 × 1 × 4': [5.74, 6.13, 3],
      '4 × 1 × 1': [2.26, 2.9],
      '2 × 2 × 1': [2.37, 3.02],
    },
    mxfp4: {
      '2 × 1 × 1': [8.01, 9.72],
      '2 × 1 × 2': [8.18, 8.99],
      '2 × 1 × 4': [11.2, 12.3, 13],
      '2 × 2 × 1': [7.72, 11.2, 20, 1],
      '2 × 2 × 2': [8.66, 14.3, 39, 1],
    },
    nvfp4: {
      '2 × 1 × 1': [8.53, 10.2],
      '2 × 1 × 2': [9.01, 10.4],
      '2 × 1 × 4': [12.1, 15.8, 24],
      '2 × 2 × 1': [8.2, 9.53, 1, 1],
    },
    ternary: {
      '2 × 1 × 1': [4.23, 4.92],
      '2 × 1 × 2': [6.25, 6.57],
      '4 × 1 × 1': [3.88, 4.58],
      '2 × 2 × 1': [4.01, 4.7],
    },
  },
};

/**
 * Instructions of a thread before and behind its loads. Rows that are walked in one step have no loop, and show them all;
 * of longer rows the costs have their share.
 */
const ENDS: Readonly<Record<Vendor, number>> = { amd: 75, intel: 170 };

/** Returns the budgets of a projection with these constants (layout.ts). */
export function projectionBudget(
  constants: Readonly<Record<string, number>>,
  format: string,
  variant: string,
): Readonly<Record<Vendor, CodeBudget>> {
  const { ROWS_PER_GROUP = 1, MATRICES = 1, TOKENS = 1, LOADS_IN_FLIGHT = 1, STEPS = 1 } = constants;
  // Three tokens take less than four.
  const walk = `${ROWS_PER_GROUP} × ${MATRICES} × ${2 ** Math.ceil(Math.log2(TOKENS))}`;
  const arithmetic = arithmeticOf(variant);
  const cost = COSTS[arithmetic][format]?.[walk];
  if (!cost) {
    throw new RangeError(`shaders/projection/code.ts must have the cost of ${format} in ${arithmetic}, ${walk}`);
  }
  const [amd, intel, spills = 0, intelLoads] = cost;
  const loads = ROWS_PER_GROUP * MATRICES * LOADS_IN_FLIGHT;
  const ends = (vendor: Vendor) => (STEPS === 1 ? ENDS[vendor] / (16 * loads) : 0);
  return {
    amd: { instructionsPerByte: amd + ends('amd'), loadsInFlight: loads },
    intel: {
      instructionsPerByte: intel + ends('intel'),
      loadsInFlight: intelLoads ?? Math.floor((3 / 4) * loads),
      spills,
    },
  };
}
