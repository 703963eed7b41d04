/** A sweep of decode steps to be timed, as data for terminal and page. */

import { minOf } from '../../../results/lists.ts';
import { FORMAT_IDS, KV_FORMAT_IDS, MAX_BATCH, MAX_CONTEXT } from '../../../results/record/bounds.ts';

/** Ids of all formats that weights can be in, as records have them. */
export const WEIGHT_FORMATS: readonly string[] = FORMAT_IDS;

/** Ids of the formats of KV cache that the attention kernels read, as records have them. */
export const KV_FORMATS: readonly string[] = KV_FORMAT_IDS;

/** The rule for a list of formats, as it follows "must be". */
export const formatsRule = (known: readonly string[]): string => `of ${known.join(', ')}, separated by commas`;

/** Parses a list of formats, as "f16,int4-g32", each once. Returns undefined for a format that is not in `known`. */
export function formatsFrom(text: string, known: readonly string[]): string[] | undefined {
  const ids = text.split(',').map((one) => one.trim());
  return ids.every((id) => known.includes(id)) ? [...new Set(ids)] : undefined;
}

/** The ranges of a sweep's numbers. Memory limits a batch further. */
export const SWEEP_RANGES = {
  context: { min: 1, max: MAX_CONTEXT, whole: true, unit: 'positions' },
  batch: { min: 1, max: MAX_BATCH, whole: true },
} as const;

/**
 * A number, `max`, or `...`. `max` is the largest with which every layer has its own memory, `...` doublings up to it.
 */
export type Size = number | 'max' | '...';

/** The range of a whole number. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

/** The maximum of sizes in a list: each is planned, and timed, in every format at every size of the other list. */
export const MAX_SIZES = 32;

/** The rule for the end and the length of a list of sizes. */
export const SIZES_RULE = `"max", the most that fits, may end the list, with "..." before it for doublings up to it; at most ${MAX_SIZES} in all`;

/** Parses a whole number within a range. Returns undefined for any other text. */
export function numberFrom(text: string, { min, max }: SizeRange): number | undefined {
  const n = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return n >= min && n <= max ? n : undefined;
}

/** Parses a list of sizes, as "1,8,max". Returns undefined for any other text. */
export function sizesFrom(text: string, range: SizeRange): Size[] | undefined {
  const sizes: Size[] = [];
  for (const word of text.split(',', MAX_SIZES + 1).map((one) => one.trim())) {
    const n = numberFrom(word, range);
    if (n !== undefined) sizes.push(n);
    else if (word === 'max') sizes.push(word);
    else if (word === '...' || word === '…') sizes.push('...');
    else return undefined;
  }
  return isSizes(sizes) ? sizes : undefined;
}

/** Whether a list of sizes is valid: `max` may only end it, and `...` must stand between a number and `max`. */
export const isSizes = (sizes: readonly Size[]): boolean =>
  sizes.length > 0 &&
  sizes.length <= MAX_SIZES &&
  sizes.every(
    (size, i) =>
      typeof size === 'number' ||
      (size === 'max' ? i === sizes.length - 1 : typeof sizes[i - 1] === 'number' && sizes[i + 1] === 'max'),
  );

/** A list of sizes as text: `1, 8, max`. */
export const sizesText = (sizes: readonly Size[]): string => sizes.join(', ');

/** Whether a list of sizes has `max`. */
export const hasMax = (sizes: readonly Size[]): boolean => sizes.includes('max');

/** The numbers of a list of sizes. */
export const numbersIn = (sizes: readonly Size[]): number[] => sizes.filter((size) => typeof size === 'number');

/** The numbers of a list whose `max` is known. Larger numbers are left out. */
export function sizesUpTo(sizes: readonly Size[], max: number): number[] {
  const out: number[] = [];
  for (const size of sizes) {
    if (size === 'max') out.push(max);
    else if (size !== '...') out.push(size);
    else for (let n = 2 * (out.at(-1) ?? max); n < max; n *= 2) out.push(n);
  }
  return [...new Set(out.filter((n) => n <= max))];
}

/** The fewest decode steps of a sweep in each model: `max` is at least one more size, and `...` may be none. */
export const fewestSteps = ({ weights, kv, contexts, batches }: DecodeSweep): number =>
  [weights, kv, contexts, batches].reduce((steps, list) => steps * list.filter((one) => one !== '...').length, 1);

/** The decode steps of each model: all combinations of formats, contexts and batches. */
export interface DecodeSweep {
  /** Formats of the matrices, head and embedding included. A step has one format. */
  readonly weights: readonly string[];
  /** Formats of the KV cache. */
  readonly kv: readonly string[];
  /** Positions of each sequence, the new one included; of the longest, where lengths are mixed. */
  readonly contexts: readonly Size[];
  /** Minimum positions of the other sequences, where lengths are mixed. Absent: all sequences have one length. */
  readonly shortest?: number | undefined;
  /** Numbers of sequences. */
  readonly batches: readonly Size[];
  /** True where the lengths are the profile's and not the user's; they are measured within the profile's time. */
  readonly ofProfile?: true | undefined;
}

type Lengths = Pick<DecodeSweep, 'contexts' | 'batches'>;
type Formats = Pick<DecodeSweep, 'weights' | 'kv'>;

/** The lengths that the user leaves out, where others are given. */
const DEFAULT_LENGTHS: Lengths = { contexts: [1024], batches: [1] };

const DEFAULT_FORMATS: Formats = { weights: ['f16'], kv: ['f16'] };

const HANDFUL: Lengths & Formats = { ...DEFAULT_FORMATS, contexts: [128, 8192], batches: [1, 8] };

/**
 * The sweeps of profiles, for users who give no lengths. `quick` has the few steps that a fit needs: the fixed cost,
 * the cost of a sequence and that of a byte of KV cache can be told apart. `full` has the whole grid, and a format with
 * a quarter of the bytes.
 */
const PROFILE_SWEEPS: Readonly<Record<'quick' | 'full' | 'kernels', Lengths & Formats>> = {
  quick: HANDFUL,
  full: {
    ...{ weights: ['f16', 'int4-g32'], kv: ['f16'] },
    ...{ contexts: [128, 1024, 4096, 8192, 32_768, 'max'], batches: [1, 2, 4, 8, 16, 32, '...', 'max'] },
  },
  kernels: HANDFUL,
};

/** The parts of a sweep that the user gave. */
export type AskedSweep = {
  readonly [K in Exclude<keyof DecodeSweep, 'ofProfile'>]?: DecodeSweep[K] | null | undefined;
};

/** Completes a sweep. Lengths are the profile's if the user gave none, and defaults otherwise. */
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

/** The rule that a sweep's `shortest` breaks, with the value met. Undefined where it breaks none. */
export function brokenShortest({ shortest, contexts }: Pick<DecodeSweep, 'shortest' | 'contexts'>): string | undefined {
  const numbers = numbersIn(contexts);
  const min = minOf(numbers);
  return shortest !== undefined && shortest > min
    ? `must be at most the ${numbers.length > 1 ? 'smallest ' : ''}context, ${min}; got ${shortest}`
    : undefined;
}
