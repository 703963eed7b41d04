/**
 * The format of ours that stands in for a file's, which no kernel here may read. The bytes of a step are then those of
 * our format, not the file's, and the difference is described.
 */

import { sum } from 'simple-statistics';
import { groupBy } from '../../../results/lists.ts';
import { bitsPerValue } from '../../../shaders/formats/format.ts';
import { FORMATS, formatById } from '../../../shaders/formats/index.ts';
import { isMultiplied, weightsIn } from '../models/tensors.ts';
import type { StoredTensor } from './stored.ts';

export interface NearestFormat {
  readonly format: string;
  /** Bits of a weight in the file, scales included. */
  readonly fileBits: number;
  /** Bits of a weight in `format`, scales included. */
  readonly formatBits: number;
  /** The difference from the file's format. Absent where values and bits are the same. */
  readonly differs?: string;
}

/** File formats that one of ours resembles more than its bits alone tell, with what differs, if anything. */
const ALIKE: Readonly<Record<string, readonly [format: string, differs?: string]>> = {
  F32: ['f32'],
  F16: ['f16'],
  BF16: ['bf16'],
  F8_E4M3: ['fp8', 'a scale for 128 × 128 weights, whatever the file has'],
  Q8_0: ['int8'],
  Q4_0: ['int4-g32'],
  Q4_K: ['int4-g32', 'an f16 scale for 32 weights, where the file has 6-bit scales and minima'],
  Q4_1: ['int4-g32', 'no minima'],
  Q6_K: ['int8'],
  IQ4_NL: ['int4-g32', 'evenly spaced values, where the file has a table'],
  IQ4_XS: ['mxfp4', 'other values, and a power of two as the scale'],
  TQ2_0: ['ternary'],
  MXFP4: ['mxfp4'],
  NVFP4: ['nvfp4'],
};

/** The format nearest to a tensor's. */
export function nearestFormat(tensor: StoredTensor): NearestFormat {
  const { types, bytes, kind } = tensor;
  const fileBits = (8 * bytes) / weightsIn(tensor);
  const [type = ''] = types.length === 1 ? types : [];
  const [alike, values] = ALIKE[type] ?? [];
  // Kernels read vectors in f32, whatever the file has.
  const format = formatById(kind === 'vector' ? 'f32' : (alike ?? nearestInBits(fileBits)));
  const formatBits = bitsPerValue(format);
  const ofBits = `${round(formatBits)} bits per weight, where the file has ${round(fileBits)} (${types.join(', ')})`;
  const differs = [values, round(formatBits) === round(fileBits) ? undefined : ofBits].filter((s) => s !== undefined);
  return {
    ...{ format: format.id, fileBits, formatBits },
    ...(differs.length > 0 && { differs: differs.join('; ') }),
  };
}

/** The format nearest to most of a file's weights; undefined for a file without matrices. */
export function nearestOfAll(tensors: readonly StoredTensor[]): NearestFormat | undefined {
  const byFormat = [...groupBy(tensors.filter(isMultiplied), (tensor) => nearestFormat(tensor).format).values()];
  const weightsOf = (some: readonly StoredTensor[]) => sum(some.map(weightsIn));
  const [example] = byFormat.sort((a, b) => weightsOf(b) - weightsOf(a))[0] ?? [];
  return example && nearestFormat(example);
}

const round = (bits: number): number => Math.round(bits * 100) / 100;

/** The id of the format with the nearest number of bits; of two equally near, the first. */
function nearestInBits(bits: number): string {
  const distance = (id: string): number => Math.abs(bitsPerValue(formatById(id)) - bits);
  return Object.keys(FORMATS).reduce((best, id) => (distance(id) < distance(best) ? id : best));
}
