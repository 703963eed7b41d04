/**
 * Peaks of GPUs by name: what the memory of a part moves at the most, and how much of it there is, each row of
 * `data/reference/gpus.json` with its source. Only parts whose figures are sure; many have none here.
 */

import rows from './data/reference/gpus.json';

export interface Gpu {
  readonly name: string;
  /** Of the largest configuration that is sold. GB is 10⁹ bytes, as vendors round it. */
  readonly memoryGB: number;
  /** The vendor's peak bandwidth of its memory. */
  readonly gbps: number;
  readonly source: string;
  /** Names that it shares with another part, or is sold under. */
  readonly alsoCalled?: readonly string[];
}

export const GPUS: readonly Gpu[] = rows;

/** Words that names go with or without. */
const OPTIONAL = [
  'nvidia',
  'geforce',
  'tesla',
  'amd',
  'radeon',
  'instinct',
  'intel',
  'apple',
  'arc',
  'rtx',
  'rx',
  'gpu',
];

/** Words that, after a name, make it that of another part. */
const QUALIFIERS = [
  ...['ti', 'super', 'd', 'xt', 'xtx', 'gre', 's', 'm', 'pro', 'max', 'ultra', 'nvl', 'pcie', 'ada', 'se'],
  ...['laptop', 'mobile', 'notebook', 'maxq', 'v2', 'plus'],
];

/**
 * The parts that `text` may mean, the one with the highest peak first: all that share the longest name in it, or of
 * these the ones with as much memory as it says. None where it names no part of the table, or a variant of one that is
 * not there ("RTX 4090 Laptop"): its peak would be another's.
 */
export function gpusNamed(text: string): Gpu[] {
  const words = wordsOf(text);
  const named = GPUS.map((gpu) => {
    const names = [gpu.name, ...(gpu.alsoCalled ?? [])].map(wordsOf);
    return { gpu, length: Math.max(...names.map((name) => (holds(words, name) ? name.length : 0))) };
  });
  const longest = Math.max(...named.map(({ length }) => length));
  if (longest === 0) return [];
  const meant = named.filter(({ length }) => length === longest).map(({ gpu }) => gpu);
  const narrowed = meant.filter(({ memoryGB }) => memoryIn(text).includes(memoryGB));
  return (narrowed.length > 0 ? narrowed : meant).sort((a, b) => b.gbps - a.gbps);
}

/** The one part whose own name this is, whatever else it may be short for; of those that it may mean, else. */
export function gpusCalled(text: string): Gpu[] {
  const words = wordsOf(text).join(' ');
  const own = GPUS.filter(({ name }) => wordsOf(name).join(' ') === words);
  const named = gpusNamed(text);
  return own.length === 1 && named.some((gpu) => gpu === own[0]) ? own : named;
}

/** Is `name` in `words`, and is what follows no qualifier of it? */
function holds(words: readonly string[], name: readonly string[]): boolean {
  return words.some(
    (_, start) =>
      name.every((word, i) => words[start + i] === word) && !QUALIFIERS.includes(words[start + name.length] ?? ''),
  );
}

const MEMORY = /\b(\d+)\s*gi?b\b/g;

const memoryIn = (text: string): number[] => [...text.toLowerCase().matchAll(MEMORY)].map(([, size]) => Number(size));

/** What tells names apart: "NVIDIA GeForce RTX4070Ti 12 GB" and "rtx 4070 ti" are the same. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(MEMORY, ' ')
    .replace(/\((r|tm|c)\)|[®™]/g, ' ')
    .replace(/max-q/g, 'maxq')
    .split(/[^a-z0-9]+/)
    .flatMap((word) => word.replace(/^(?:rtx|rx)(?=\d)/, '').match(/^\d{4}|.+/g) ?? [])
    .filter((word) => !OPTIONAL.includes(word) && !/^sxm\d?$/.test(word));
}
