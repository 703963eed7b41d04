/** What is asked for when decode steps are to be timed: data, for terminal and page. */

import { FORMATS } from '../../../shaders/formats/index.ts';

export const WEIGHT_FORMATS: readonly string[] = Object.keys(FORMATS);

/** What the kernels of attention read. */
export const KV_FORMATS: readonly string[] = ['f16', 'int8', 'int4-g32'];

export const formatsRule = (known: readonly string[]): string => `of ${known.join(', ')}, separated by commas`;

/** The formats of a list, "f16,int4-g32", each once; undefined where `text` is no list of `known` ones. */
export function formatsFrom(text: string, known: readonly string[]): string[] | undefined {
  const ids = text.split(',').map((one) => one.trim());
  return ids.every((id) => known.includes(id)) ? [...new Set(ids)] : undefined;
}

/** What the numbers of a sweep may be; how large a batch really may be is for the memory to say. */
export const SWEEP_RANGES = {
  context: { min: 1, max: 1e7, whole: true, unit: 'positions' },
  batch: { min: 1, max: 4096, whole: true },
} as const;

/** `max`: the largest with which every layer has memory of its own. `...`: doublings of what stands before it, up to that. */
export type Size = number | 'max' | '...';

/** How many: `least` … `most`. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

export const SIZES_RULE = '"max", the most that fits, may end the list, with "..." before it for doublings up to it';

/** A whole number within a range; undefined where `text` is none. */
export function numberFrom(text: string, { min, max }: SizeRange): number | undefined {
  const n = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return n >= min && n <= max ? n : undefined;
}

/** The sizes of a list, "1,8,max"; undefined where `text` is no list of them. */
export function sizesFrom(text: string, range: SizeRange): Size[] | undefined {
  const sizes: Size[] = [];
  for (const word of text.split(',').map((one) => one.trim())) {
    const n = numberFrom(word, range);
    if (n !== undefined) sizes.push(n);
    else if (word === 'max') sizes.push(word);
    else if (word === '...' || word === '…') sizes.push('...');
    else return undefined;
  }
  return isSizes(sizes) ? sizes : undefined;
}

/** Does `max` end the list, if it is there, and does `...` stand between a number and it? */
export const isSizes = (sizes: readonly Size[]): boolean =>
  sizes.length > 0 &&
  sizes.every(
    (size, i) =>
      typeof size === 'number' ||
      (size === 'max' ? i === sizes.length - 1 : typeof sizes[i - 1] === 'number' && sizes[i + 1] === 'max'),
  );

export const sizesText = (sizes: readonly Size[]): string => sizes.join(', ');

export const hasMax = (sizes: readonly Size[]): boolean => sizes.includes('max');

/** The numbers of a list. */
export const numbersIn = (sizes: readonly Size[]): number[] => sizes.filter((size) => typeof size === 'number');

/** A list with `max`, where that is so much: what is larger is left out. */
export function sizesUpTo(sizes: readonly Size[], max: number): number[] {
  const out: number[] = [];
  for (const size of sizes) {
    if (size === 'max') out.push(max);
    else if (size !== '...') out.push(size);
    else for (let n = 2 * (out.at(-1) ?? max); n < max; n *= 2) out.push(n);
  }
  return [...new Set(out.filter((n) => n <= max))];
}

export interface DecodeSweep {
  /** Formats of all matrices, the head's and the embedding among them: a step is in one. */
  readonly weights: readonly string[];
  /** Formats of the KV cache. */
  readonly kv: readonly string[];
  /** Positions of each sequence, the new one included; of the longest, where lengths are mixed. */
  readonly contexts: readonly Size[];
  /** Lengths are mixed: other sequences have so many positions at the least. Absent: all have one length. */
  readonly shortest?: number | undefined;
  /** Sequences, one token of each. */
  readonly batches: readonly Size[];
  /** Nobody asked for these lengths but the profile, which has so much time for them and no more. */
  readonly ofProfile?: true | undefined;
}

type Lengths = Pick<DecodeSweep, 'contexts' | 'batches'>;
type Formats = Pick<DecodeSweep, 'weights' | 'kv'>;

/** Where somebody asks for one of them and not for the other. */
const DEFAULT_LENGTHS: Lengths = { contexts: [1024], batches: [1] };

const DEFAULT_FORMATS: Formats = { weights: ['f16'], kv: ['f16'] };

const HANDFUL: Lengths & Formats = { ...DEFAULT_FORMATS, contexts: [128, 8192], batches: [1, 8] };

/**
 * Where nobody asks for lengths. quick: a handful for the fit, since each of a step's fixed cost, its cost by sequence
 * and by byte of KV cache changes while the others stay. full: the grid, with a format of a quarter of the bytes.
 */
const PROFILE_SWEEPS: Readonly<Record<'quick' | 'full' | 'kernels', Lengths & Formats>> = {
  quick: HANDFUL,
  full: {
    ...{ weights: ['f16', 'int4-g32'], kv: ['f16'] },
    ...{ contexts: [128, 1024, 4096, 8192, 32_768, 'max'], batches: [1, 2, 4, 8, 16, 32, '...', 'max'] },
  },
  kernels: HANDFUL,
};

/** What of a sweep somebody asked for. */
export type AskedSweep = {
  readonly [K in Exclude<keyof DecodeSweep, 'ofProfile'>]?: DecodeSweep[K] | null | undefined;
};

/** The sweep that is asked for, with what is not asked for by default: lengths are the profile's, if none is. */
export function sweepFor(profile: keyof typeof PROFILE_SWEEPS, asked: AskedSweep): DecodeSweep {
  const { weights, kv, contexts, batches, shortest } = asked;
  const formats = { ...(weights && { weights }), ...(kv && { kv }) };
  if (!contexts && !batches && !shortest) return { ...PROFILE_SWEEPS[profile], ...formats, ofProfile: true };
  return {
    ...DEFAULT_FORMATS,
    ...formats,
    contexts: contexts ?? DEFAULT_LENGTHS.contexts,
    batches: batches ?? DEFAULT_LENGTHS.batches,
    ...(shortest && { shortest }),
  };
}

/** The rule that a sweep's `shortest` breaks, and the value met; undefined where it breaks none. */
export function brokenShortest({ shortest, contexts }: Pick<DecodeSweep, 'shortest' | 'contexts'>): string | undefined {
  const numbers = numbersIn(contexts);
  const min = Math.min(...numbers);
  return shortest !== undefined && shortest > min
    ? `must be at most the ${numbers.length > 1 ? 'least ' : ''}context, ${min}; got ${shortest}`
    : undefined;
}
