/**
 * The energy of a token's memory accesses: (W_r(B)/B + ρ·c) · 8 · pJ/bit. Arithmetic, leakage, cooling, and the way
 * from the memory controller to the registers come on top, so this is a floor, well below what a meter at the wall
 * shows.
 */

import type { StepWork } from '../models/accounting.ts';

export interface MemoryEnergy {
  readonly memory: string;
  /** Energy of an access, in pJ per bit: that of the memory device and its link. */
  readonly pJPerBit: number;
  /** Published minimum and maximum, in pJ per bit. */
  readonly range: readonly [number, number];
  readonly source: string;
}

/** Energy of an access, by kind of memory. */
export const MEMORY_ENERGY = {
  hbm: {
    memory: 'HBM2 to HBM3E',
    pJPerBit: 3.92,
    range: [3.44, 6],
    source:
      'HBM2, 3.92: M. O’Connor et al., "Fine-grained DRAM", MICRO-50, 2017, section 2; HBM2E, 4.3, and HBM3E, a fifth less: SK hynix at IEDM 2023, 15-6, as others quote it; HBM2E, 6.0 for the device: Micron, as of 2020 (kylolab.com/ultra-bandwidth-solutions.html)',
  },
  gddr6: {
    memory: 'GDDR6, GDDR6X',
    pJPerBit: 7.5,
    range: [7.25, 7.5],
    source:
      'Average device power of GDDR6, 7.5, and GDDR6X, 7.25: Micron, Ultra-Bandwidth Solutions, as of 2020 (kylolab.com/ultra-bandwidth-solutions.html)',
  },
  gddr7: {
    memory: 'GDDR7',
    pJPerBit: 6.25,
    range: [5, 6.25],
    source:
      'Derived from GDDR6’s 7.5: a fifth more bits to a joule by Samsung (Newsroom, 19 July 2023, of the first GDDR7), half as many again by Micron (2024, as blocksandfiles.com quotes it)',
  },
  lpddr5x: {
    memory: 'LPDDR5X',
    pJPerBit: 3.7,
    range: [2.6, 5.2],
    source:
      'Derived from the currents of a read of LPDDR4-3200 at most, 4.6 or 9.2, as they are of both channels of a die or of one (Micron MT53B192M32, in DRAMPower’s memspecs): 30 % less for LPDDR5 than for LPDDR4X by Samsung (18 July 2019), 20 % less again for LPDDR5X (9 November 2021); the geometric mean of both',
  },
  gddr: {
    memory: 'GDDR5',
    pJPerBit: 14,
    range: [14, 14],
    source: 'M. O’Connor et al., "Fine-grained DRAM", MICRO-50, 2017, section 2; newer ones take less',
  },
  ddr: {
    memory: 'DDR3',
    pJPerBit: 30,
    range: [20, 41],
    source: 'M. Horowitz, "Computing’s energy problem", ISSCC 2014, figure 1.1.9: 1.3 to 2.6 nJ for 64 bits',
  },
} as const satisfies Readonly<Record<string, MemoryEnergy>>;

/** The energy of a token in joules, for the bytes of its step: the typical value, and the published range. */
export function joulesPerToken(
  { weightBytes, kvBytes, batch }: StepWork,
  { pJPerBit, range: [min, max] }: MemoryEnergy,
): { readonly joules: number; readonly range: readonly [number, number] } {
  const joulesAt = (pJ: number): number => ((weightBytes + kvBytes) / batch) * 8 * pJ * 1e-12;
  return { joules: joulesAt(pJPerBit), range: [joulesAt(min), joulesAt(max)] };
}
